"""A tablet becomes the home's by a code that its manager shows; a cookie knows it again, until it is out of use."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from redbag.accounts.tablet_models import Sitting, TabletCode
from redbag.errors import Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, actor_for, require
from redbag.organisations.actions import digest_of
from redbag.organisations.guessing import note_wrong, slow_down
from redbag.organisations.models import Device, Organisation
from redbag.organisations.tablets import SEEN_AGAIN, checked_name, revoke_tablet
from redbag.vault import blind_indexes

CODE_LASTS = timedelta(minutes=10)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U
LETTERS = 10
LOOKS_LIKE = str.maketrans("OILU", "011V", " -")
PURPOSE = "tablet code"
NOT_THIS = "This code is not right, was used already, or is older than ten minutes. Ask your manager for a new one."


class NoSuchCode(Refused):
    """The code makes no tablet ready: wrong, used or too old."""

    code = "no_such_code"


def random_letters(count: int) -> str:
    """So many letters and digits that nobody can guess or misread."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def tidied(code: str) -> str:
    """A code as it was made, however it was typed: small letters, spaces, O for 0."""
    return code.upper().translate(LOOKS_LIKE)


def in_groups(code: str) -> str:
    """A code to be read and typed: ABCDE FGH12."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


@transaction.atomic
def make_code(*, actor: Actor, organisation: Organisation, name: str, now: datetime) -> tuple[TabletCode, str]:
    """A code for one tablet of this name; it is shown once. BadInput by field."""
    require(actor, Permission.ENROL_DEVICES, organisation)
    name, code = checked_name(name), random_letters(LETTERS)
    TabletCode.objects.filter(organisation=organisation, tablet=None, until__lt=now).delete()
    kept = TabletCode.objects.create(
        organisation=organisation,
        name=name,
        digest=blind_indexes(code, purpose=PURPOSE)[0],
        made_by=actor.user,
        made_at=now,
        until=now + CODE_LASTS,
    )
    record("tablet.code_made", kept, actor=actor, at=now, organisation=organisation)
    return kept, code


def code_here(*, code: str, address: str, now: datetime) -> TabletCode:
    """The code somebody opened on a tablet (organisation joined). NoSuchCode, or TooOften for a moment."""
    code = tidied(code)
    aim = f"tablet code|{code}"
    slow_down(address=address, aim=aim)
    digests = blind_indexes(code, purpose=PURPOSE)
    live = TabletCode.objects.select_related("organisation", "made_by").filter(tablet=None, until__gt=now)
    kept = live.filter(digest__in=digests).first()
    if kept is None:
        note_wrong(what="tablet code", address=address, aim=aim, now=now)
        raise NoSuchCode(NOT_THIS)
    return kept


@transaction.atomic
def enrol_with(*, code: TabletCode, now: datetime) -> tuple[Device, str]:
    """Make the tablet that shows this code ready; the cookie it is known by comes back this once.

    NoSuchCode when another tablet was faster; NotAllowed when whoever made the code may not any more.
    """
    kept = TabletCode.objects.select_for_update(of=("self",)).select_related("organisation", "made_by").get(pk=code.pk)
    if kept.tablet_id is not None or kept.until <= now:
        raise NoSuchCode(NOT_THIS)
    maker = actor_for(kept.made_by)
    require(maker, Permission.ENROL_DEVICES, kept.organisation)
    cookie = secrets.token_urlsafe(32)
    tablet = Device.objects.create(
        organisation=kept.organisation,
        name=kept.name,
        digest=digest_of(secrets.token_urlsafe(32)),  # of a token nobody has: `offline_token` makes the one it uses
        cookie_digest=digest_of(cookie),
        enrolled_at=now,
        enrolled_by=kept.made_by,
        last_seen_at=now,
    )
    kept.tablet = tablet
    kept.save(update_fields=["tablet"])
    record("tablet.enrolled", tablet, actor=maker, at=now, organisation=tablet.organisation, how="code")
    return tablet, cookie


@transaction.atomic
def cookie_for(*, tablet: Device, now: datetime) -> str:
    """A cookie for a tablet that has shown its other token, in place of the one before."""
    cookie = secrets.token_urlsafe(32)
    Device.objects.filter(pk=tablet.pk).update(cookie_digest=digest_of(cookie), last_seen_at=now)
    record("tablet.cookie_given", tablet, actor=None, at=now, organisation=tablet.organisation_id)
    return cookie


@transaction.atomic
def offline_token(*, tablet: Device, now: datetime) -> str:
    """A token for a tablet that has shown its cookie, with which it fetches what it keeps; the one before is void."""
    token = secrets.token_urlsafe(32)
    Device.objects.filter(pk=tablet.pk).update(digest=digest_of(token), last_seen_at=now)
    record("tablet.token_given", tablet, actor=None, at=now, organisation=tablet.organisation_id)
    return token


def tablet_known_by(cookie: str, *, now: datetime) -> Device | None:
    """The tablet with this cookie, noted as seen, in use or not; None for any other browser."""
    if not cookie:
        return None
    tablet = Device.objects.select_related("organisation").filter(cookie_digest=digest_of(cookie)).first()
    if tablet is not None and tablet.revoked_at is None and now - tablet.last_seen_at >= SEEN_AGAIN:
        Device.objects.filter(pk=tablet.pk).update(last_seen_at=now)
    return tablet


@transaction.atomic
def take_out_of_use(*, actor: Actor, tablet: Device, now: datetime) -> None:
    """A tablet is lost or given away: it opens nothing any more, and whoever sits at it is out."""
    revoke_tablet(actor=actor, tablet=tablet, now=now)
    Sitting.objects.filter(tablet=tablet, ended_at=None).update(ended_at=now)
