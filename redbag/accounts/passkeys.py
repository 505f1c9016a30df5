"""Passkeys (WebAuthn): a key in a phone, tablet or USB key that asks for finger, face or its own number.

Such a key is both steps at once: somebody must hold it and unlock it. The address it works for comes from PUBLIC_URL.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from struct import error as NotWhole
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from fido2.cose import UnsupportedKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from redbag.accounts.joining_models import AccountLetter
from redbag.accounts.noting import note
from redbag.accounts.owing import owe_letter
from redbag.accounts.second_factor import added, refuse_another, refuse_the_last, removed, standing
from redbag.accounts.second_factor_models import Passkey
from redbag.errors import BadInput, Refused
from redbag.organisations.models import User

LONGEST = 1023  # bytes of a credential's name, WebAuthn level 2
LONGEST_ANSWER = 64 * 1024
NAME_LENGTH = 60
LOOPBACK = ("127.0.0.1", "::1", "0.0.0.0")
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError, NotWhole)
REQUIRED = UserVerificationRequirement.REQUIRED


class NotThisPasskey(Refused):
    """The key is not known here, or what it signed is not what was asked."""

    code = "wrong_passkey"


def origin() -> str:
    """The address that passkeys belong to. Browsers want a name: on one's own machine `localhost`."""
    parts = urlsplit(settings.PUBLIC_URL)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host()}{port}"


def host() -> str:
    """The name that passkeys belong to."""
    name = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return "localhost" if name in LOOPBACK else name


def _server() -> Fido2Server:
    here = PublicKeyCredentialRpEntity(id=host(), name="Red Bag")
    return Fido2Server(here, verify_origin=lambda claimed: claimed == origin())


def own_passkeys(user: User) -> QuerySet[Passkey]:
    """The passkeys of one person."""
    return Passkey.objects.filter(user_id=user.pk)


def ask_new(user: User) -> tuple[dict, dict]:
    """What the browser needs to make a passkey, and what to keep until it answers."""
    known = [_public(each) for each in own_passkeys(user)]
    options, kept = _server().register_begin(
        PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.email, display_name=user.name),
        credentials=known,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=REQUIRED,
    )
    return dict(options)["publicKey"], kept


@transaction.atomic
def add_passkey(
    *, user: User, name: str, kept: Mapping[str, Any], answer: str, now: datetime, first: bool = False
) -> list[str]:
    """Keep a new passkey of theirs. Returns ten recovery codes to be shown once, when they had none.

    BadInput without a name, NotThisPasskey when the answer is not to what was asked; Refused when it must be their
    `first` second step and is not.
    """
    if not name.strip():
        raise BadInput({"name": "Give it a name, like: my phone."})
    user = User.objects.select_for_update().get(pk=user.pk)
    if first:
        refuse_another(user)
    try:
        told = _server().register_complete(kept, _read(answer))
        made = told.credential_data
        usable = made is not None and not isinstance(made.public_key, UnsupportedKey)
    except UNREADABLE:
        usable = False
    if not usable or len(made.credential_id) > LONGEST:
        raise NotThisPasskey("This passkey could not be added. Try again.")
    credential = websafe_encode(made.credential_id)
    if Passkey.objects.filter(credential=credential).exists():
        raise NotThisPasskey("This passkey was added before.", code="passkey_known")
    Passkey.objects.create(
        user=user,
        name=name.strip()[:NAME_LENGTH],
        credential=credential,
        public=websafe_encode(bytes(made)),
        counter=told.counter,
        added_at=now,
    )
    return added(user=user, how="passkey", now=now)


@transaction.atomic
def remove_passkey(*, user: User, passkey_id: UUID, now: datetime) -> None:
    """Take one of their passkeys off. Refused when it is the last thing of somebody who must have a second step."""
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_the_last(standing(user))
    if own_passkeys(user).filter(pk=passkey_id).delete()[0]:
        removed(user=user, how="passkey", now=now)


def ask() -> tuple[dict, dict]:
    """What the browser needs to show any passkey of this place, and what to keep until it answers."""
    options, kept = _server().authenticate_begin(user_verification=REQUIRED)
    return dict(options)["publicKey"], kept


def take_passkey(*, kept: Mapping[str, Any], answer: str, now: datetime) -> User:
    """Whose passkey answered what was asked; NotThisPasskey when none did, or when the key looks copied.

    A key that counts must count up: the same number again means that there are two of it (WebAuthn, 6.1.1).
    """
    try:
        told = AuthenticationResponse.from_dict(_read(answer))
        key = Passkey.objects.select_related("user").filter(credential=websafe_encode(told.raw_id)).first()
    except UNREADABLE:
        raise NotThisPasskey("This passkey could not be read. Try again.") from None
    if key is None or not key.user.is_active:
        raise NotThisPasskey("This passkey is not known here. Sign in with your password.")
    try:
        _server().authenticate_complete(kept, [_public(key)], told)
        fits = told.response.user_handle == key.user_id.bytes
    except UNREADABLE:
        fits = False
    if not fits:
        note("second_factor.wrong", key.user, now=now, how="passkey")
        raise NotThisPasskey("This passkey did not fit. Try again, or sign in with your password.")
    counter = told.response.authenticator_data.counter
    before = Q(counter=0) if counter == 0 else Q(counter__lt=counter)
    if not Passkey.objects.filter(before, pk=key.pk).update(counter=counter, used_at=now):
        note("second_factor.copied", key.user, now=now, passkey=key.pk)
        owe_letter(kind=AccountLetter.Kind.KEY_COPIED, address=key.user.email, now=now)
        raise NotThisPasskey("This passkey may have been copied. Sign in with your password, and take it off.")
    note("second_factor.used", key.user, now=now, how="passkey")
    return key.user


def _public(key: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(key.public))


def _read(answer: str) -> dict:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    told = json.loads(answer)
    if not isinstance(told, dict):
        raise TypeError("not an object")
    return told
