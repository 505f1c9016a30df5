"""People of the cast with a second step: an app that shows codes, and a key that signs as a passkey does."""

import hashlib
import json
import os
from datetime import datetime

import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from redbag.accounts.codes import new_secret
from redbag.accounts.second_factor_models import Authenticator
from redbag.organisations.models import User
from tests.world import NOW

FLAG = AuthenticatorData.FLAG


class App:
    """The app on a phone."""

    def __init__(self, secret: str):
        self.maker = pyotp.TOTP(secret.replace(" ", ""))

    def code(self, at: datetime, *, steps: int = 0) -> str:
        """The digits of this half minute, or of one so many later."""
        return self.maker.generate_otp(int(at.timestamp()) // 30 + steps)

    def wrong(self, at: datetime) -> str:
        """Six digits that it does not show around now."""
        shown = {self.code(at, steps=each) for each in (-1, 0, 1)}
        return next(digits for digits in map("{:06}".format, range(10)) if digits not in shown)


def app_of(user: User) -> App:
    """The app of somebody who has set one up."""
    secret = new_secret()
    Authenticator.objects.create(user=user, secret=secret, last_step=0, added_at=NOW)
    return App(secret)


class SoftKey:
    """A passkey in memory: it signs what it is asked, or what a test tells it to."""

    def __init__(self):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id, self.counter, self.user = os.urandom(32), 0, b""

    def made(self, asked: dict, *, origin: str, **wrong) -> str:
        """Its answer to being added."""
        self.user = websafe_decode(asked["user"]["id"])
        held = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.private.public_key())
        )
        data = self._data(asked["rp"]["id"], FLAG.UP | FLAG.UV | FLAG.AT, held)
        client = self._client("webauthn.create", asked, origin, wrong)
        attested = AttestationObject.create("none", data, {})
        return self._told({"clientDataJSON": bytes(client), "attestationObject": bytes(attested)})

    def shown(self, asked: dict, *, origin: str, flags=FLAG.UP | FLAG.UV, counts: int = 0, **wrong) -> str:
        """Its answer to a sign-in."""
        self.counter += counts
        data = self._data(wrong.get("host") or asked["rpId"], flags, None)
        client = self._client("webauthn.get", asked, origin, wrong)
        signature = self.private.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._told(
            {
                "clientDataJSON": bytes(client),
                "authenticatorData": bytes(data),
                "signature": signature,
                "userHandle": wrong.get("user") or self.user,
            }
        )

    def _data(self, host, flags, held):
        return AuthenticatorData.create(hashlib.sha256(host.encode()).digest(), flags, self.counter, held or b"")

    def _client(self, kind, asked, origin, wrong):
        challenge = wrong.get("challenge") or asked["challenge"]
        return CollectedClientData.create(wrong.get("kind") or kind, websafe_decode(challenge), origin)

    def _told(self, response) -> str:
        name = websafe_encode(self.id)
        parts = {key: websafe_encode(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
