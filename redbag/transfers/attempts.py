"""Scans that did not open anything: kept with their reason, the same one within ten minutes on one row."""

import hashlib
import uuid
from datetime import datetime, timedelta

import structlog
from django.db import InternalError, OperationalError, connection, models
from django.db.models import Q

from redbag.bags import codes, tokens
from redbag.bags.models import Bag, ScanAttempt
from redbag.bags.models import State as BagState
from redbag.organisations.access import Actor, Permission
from redbag.transfers.handover_codes import MOST_TRIES
from redbag.transfers.models import Transfer
from redbag.transfers.scanning import FOUND, Look

log = structlog.get_logger()

UNKNOWN, VOID, BLANK, STRANGER, NOT_YOURS, AFTER_JOURNEY = (
    *("unknown", "void", "blank", "stranger", "not_yours"),
    "after_journey",
)
WRONG_CODE = "wrong_code"
SAID = {
    UNKNOWN: "A code that is on no label of ours",
    VOID: "An old label that was replaced",
    BLANK: "A label that is on no bag yet",
    STRANGER: "Somebody who was not signed in",
    NOT_YOURS: "Somebody whose place is no part of the bag's journey",
    AFTER_JOURNEY: "Somebody from another place, while the bag is on no journey",
    WRONG_CODE: "A wrong hand-over code, by somebody without an account",
}
ON_THE_WAY = (BagState.PACKED, BagState.WITH_CREW, BagState.IN_HOSPITAL, BagState.COMING_HOME)
MINUTES = 10
GUESSED_LATELY = timedelta(hours=12)
SHOWN = 200
COLUMNS = ("id", "at", "reason", "begins", "digest", "bag_id", "organisation_id", "by_id", "times", "last_at")
# In one statement, however often it is scanned: a scan may not wait for this.
COUNT = """
    INSERT INTO redbag_scanattempt ({columns}) VALUES ({places})
    ON CONFLICT (id) DO UPDATE SET times = redbag_scanattempt.times + 1, last_at = EXCLUDED.last_at
"""


def note_scan(*, look: Look, text: str, actor: Actor | None, now: datetime) -> None:
    """Keep a scan that opened nothing more than a page for strangers, or whose label was replaced, in one statement.

    No token is kept in clear: its first four letters, and a digest by which the same code is known again.
    """
    if reason := _reason(look, actor):
        note_attempt(reason=reason, text=text, bag=look.bag, actor=actor, now=now)


def note_attempt(*, reason: str, text: str, bag: Bag | None, actor: Actor | None, now: datetime) -> None:
    """Keep one attempt; the same reason, code and person within the same ten minutes is counted on one row."""
    plain = _plain(text)
    digest = hashlib.sha256(plain.encode()).hexdigest()
    who = (actor.user_id or actor.key_id) if actor else None
    step = int(now.timestamp() // (MINUTES * 60))
    place = actor.first_place() if actor else None
    row = ScanAttempt(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{digest}|{reason}|{who}|{step}"),
        at=now,
        reason=reason,
        begins="" if reason == WRONG_CODE else plain[:4],
        digest=digest,
        bag_id=bag.pk if bag else None,
        organisation_id=place.pk if place else None,
        by_id=actor.user_id if actor else None,
        last_at=now,
    )
    fields = {field.attname: field for field in ScanAttempt._meta.concrete_fields}
    values = [fields[name].get_db_prep_save(getattr(row, name), connection) for name in COLUMNS]
    sql = COUNT.format(columns=", ".join(COLUMNS), places=", ".join(["%s"] * len(COLUMNS)))
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
    except (OperationalError, InternalError):  # whoever found the bag reads on although nothing can be written
        if connection.in_atomic_block:
            raise
        log.error("attempt_not_kept", reason=reason)


def attempts_seen_by(actor: Actor | None) -> models.QuerySet[ScanAttempt]:
    """What the seniors and managers of a home see: attempts at their bags, and unknown codes that their staff typed."""
    if actor is None or actor.facts_only:
        return ScanAttempt.objects.none()
    homes = actor.organisations_with(Permission.READ_JOURNAL)
    rows = ScanAttempt.objects.select_related("bag", "organisation", "by")
    return rows.filter(Q(bag__home__in=homes) | Q(bag=None, organisation__in=homes)).order_by("-last_at")


def guessed_at(actor: Actor, *, now: datetime) -> list[tuple[Transfer, datetime]]:
    """The journeys under way of the actor's homes at whose hand-over code many guessed lately, and when last."""
    homes = actor.organisations_with(Permission.PACK)
    wrong = ScanAttempt.objects.filter(reason=WRONG_CODE, bag__home__in=homes, last_at__gte=now - GUESSED_LATELY)
    counted = wrong.values("bag").annotate(many=models.Sum("times"), last=models.Max("last_at"))
    last = dict(counted.filter(many__gte=MOST_TRIES).values_list("bag", "last"))
    if not last:
        return []
    mine = Transfer.objects.visible_to(actor, now=now).select_related("resident")
    return [(each, last[each.bag_id]) for each in mine.filter(home__in=homes, bag__in=last, closed_at=None)]


def said(attempt: ScanAttempt) -> str:
    """Why it did not open, in words."""
    return SAID.get(attempt.reason, attempt.reason.replace("_", " "))


def _reason(look: Look, actor: Actor | None) -> str:
    """Why a scan opened nothing; empty when it opened what it should."""
    if not look.known:
        return UNKNOWN
    if look.voided:
        return VOID
    if look.view != FOUND or look.bag is None:
        return ""
    if look.bag.state == BagState.BLANK:
        return BLANK
    if actor is None:
        return STRANGER
    return NOT_YOURS if look.bag.state in ON_THE_WAY else AFTER_JOURNEY


def _plain(text: str) -> str:
    """The token or short code in what was scanned; else the text itself, so that the same one is known again."""
    text = text.replace("\0", "")  # which PostgreSQL keeps in no column
    found = tokens.found_in(text)
    return found[1] if found else codes.normalise(text)[:300] or text[:300]
