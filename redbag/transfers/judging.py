"""Which transfer a fact belongs to, and whether it can count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from redbag.bags import tokens
from redbag.bags.models import Label
from redbag.bags.models import State as BagState
from redbag.organisations.access import Actor, Permission, Post
from redbag.organisations.models import Kind as OrganisationKind
from redbag.organisations.models import Organisation
from redbag.organisations.places import place_at
from redbag.transfers import replay
from redbag.transfers.facts import AHEAD, LATE, Sent
from redbag.transfers.handover_codes import Standing, shown_step, standing, wrong_try
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.outcomes import KINDS as PLACES
from redbag.transfers.route import Told, may_void
from redbag.transfers.stages import Kind, Outcome

PACKING_TOLERANCE = timedelta(minutes=15)
NEEDS = {
    Kind.HANDOFF: {Permission.MOVE_BAGS},
    Kind.CHECK: {Permission.CHECK_BAGS},
    Kind.OPENED: {Permission.CHECK_BAGS},
    Kind.OUTCOME: {Permission.RECORD_OUTCOME},
    Kind.VOID: {Permission.MOVE_BAGS, Permission.RECORD_OUTCOME},
}
ELSEWHERE = "A driver hands the bag to the home or to where it is going. Write in words who else has it."
VISITORS_TELL = (Kind.HANDOFF, Kind.CHECK, Kind.OPENED)


class Held(Exception):
    """This fact cannot count yet; `errors` says what to mend, by field."""

    def __init__(self, reason: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.errors = errors or {}


@dataclass(frozen=True)
class Place:
    """The transfer a fact belongs to, locked, and how it was found.

    The transfer says `snapshot_is_old`: more was told of the resident since the snapshot was taken.
    """

    transfer: Transfer
    by_token: bool
    void_label: bool = False


def token_digest_of(text: str) -> str:
    """The digest of a token somebody sent, as it is kept for looking up later; empty when it is none."""
    found = tokens.found_in(text) if text else None
    return tokens.token_digest(found[1]) if found and found[0] == "token" else ""


def find_transfer(*, sent: Sent, when: tuple[datetime, bool] | None) -> Place:
    """Lock the transfer a fact is about, or raise Held.

    A transfer named counts; a void goes where its fact is; else of the bag's transfers the last one packed at or before
    the moment plus 15 minutes, and before the first, the first.
    """
    if sent.errors or when is None:
        raise Held("malformed", dict(sent.errors))
    transfers = Transfer.objects.select_for_update(of=("self",)).select_related("home")
    transfers = transfers.annotate(snapshot_is_old=Q(resident__told_at__gt=F("snapshot_at")))
    if sent.target is not None:
        transfer = transfers.filter(pk__in=Fact.objects.filter(pk=sent.target).values("transfer")).first()
        if transfer is not None:
            return Place(transfer, by_token=bool(sent.token))
    if sent.transfer is not None:
        transfer = transfers.filter(pk=sent.transfer).first()
        if transfer is None:
            raise Held("not_yours")
        return Place(transfer, by_token=False)
    if not sent.token:
        raise Held("malformed", {"token": "Say which bag (token) or which transfer."})
    return _by_label(sent.token, when[0])


# Written out for the same reason as replay.FACTS_OF: it opens every hand-off.
# A bag is on a journey from the packing, or from when it took another's place, until another one took its own.
OF_THE_LABEL = """
    WITH carried AS (
        SELECT swap.transfer_id AS id, swap.at AS since, label.voided_at,
               (SELECT MIN(later.at) FROM redbag_swap later
                WHERE later.transfer_id = swap.transfer_id AND later.at > swap.at) AS until
        FROM redbag_label label JOIN redbag_swap swap ON swap.after_id = label.bag_id WHERE label.{column} = %s
        UNION ALL
        SELECT packed.id, packed.packed_at, label.voided_at, swap.at
        FROM redbag_label label JOIN redbag_swap swap ON swap.before_id = label.bag_id
        JOIN redbag_transfer packed ON packed.id = swap.transfer_id
        WHERE label.{column} = %s AND NOT EXISTS (SELECT 1 FROM redbag_swap earlier
              WHERE earlier.transfer_id = swap.transfer_id AND earlier.at < swap.at)
        UNION ALL
        SELECT packed.id, packed.packed_at, label.voided_at, NULL
        FROM redbag_label label JOIN redbag_transfer packed ON packed.bag_id = label.bag_id
        WHERE label.{column} = %s
          AND NOT EXISTS (SELECT 1 FROM redbag_swap swap WHERE swap.transfer_id = packed.id)
    )
    SELECT transfer.*, carried.voided_at AS label_voided_at,
           resident.told_at > transfer.snapshot_at AS snapshot_is_old,
           carried.until IS NOT NULL AND carried.until < %s AS gone
    FROM carried
    JOIN redbag_transfer transfer ON transfer.id = carried.id
    JOIN redbag_resident resident ON resident.id = transfer.resident_id
    WHERE 1 = 1 {moment} ORDER BY carried.since {order}, transfer.id {order} LIMIT 1 {lock}
"""


def _by_label(text: str, moment: datetime) -> Place:
    found = tokens.found_in(text)
    if found is None:
        raise Held("unknown_token")
    column, value = ("token_digest", tokens.token_digest(found[1])) if found[0] == "token" else ("code", found[1])
    clock = Transfer._meta.get_field("packed_at")
    latest = clock.get_db_prep_value(moment + PACKING_TOLERANCE, connection)
    asked = [value, value, value, clock.get_db_prep_value(moment - PACKING_TOLERANCE, connection)]
    lock = "FOR UPDATE OF transfer" if connection.features.has_select_for_update_of else ""
    at_the_time = OF_THE_LABEL.format(column=column, moment="AND carried.since <= %s", order="DESC", lock=lock)
    transfer = next(iter(Transfer.objects.raw(at_the_time, [*asked, latest])), None)
    if transfer is None:
        the_first = OF_THE_LABEL.format(column=column, moment="", order="ASC", lock=lock)
        transfer = next(iter(Transfer.objects.raw(the_first, asked)), None)
    if transfer is None:
        known = Label.objects.select_related("bag").filter(**{column: value}).first()
        if known is None:
            raise Held("unknown_token")
        blank = known.bag.state == BagState.BLANK
        words = "This label is on no bag yet." if blank else "Nobody has packed this bag yet."
        raise Held("blank_label", {"token": words})
    if vars(transfer)["gone"]:
        raise Held("blank_label", {"token": "Another bag took the place of this one, and nobody has packed it since."})
    return Place(transfer, by_token=True, void_label=vars(transfer)["label_voided_at"] is not None)


def judge(*, place: Place, arrival, facts: Sequence[Fact], now: datetime) -> dict:
    """The columns of a fact that counts, or Held with the reason why it does not yet."""
    sent: Sent = arrival.sent
    occurred_at, was_corrected = arrival.when
    post = _acting(arrival.actor.posts, sent)
    if occurred_at > now + AHEAD:
        raise Held("future", {"occurred_at": "This time has not come yet. Check the clock of the device."})
    told = {"kind": sent.kind, "organisation": post.organisation, "role": post.role, "occurred_at": occurred_at}
    told |= {"items": list(sent.items), "outcome": sent.outcome, "target": sent.target, "reason": sent.text("reason")}
    told |= {name: sent.text(name) for name in ("to_text", "to_name", "from_name", "place")}
    if sent.kind == Kind.HANDOFF:
        told |= _receiver(place.transfer, sent, post, facts)
        told["place"] = _where(sent, told["to"])
    else:
        _may_tell(place, sent, post, facts, occurred_at)
        if sent.outcome in PLACES and sent.text("to"):
            told |= _went_to(place.transfer, sent, post, facts)
    _know_items(sent, facts)
    told["content"] = dict(sent.content)
    if sent.kind == Kind.HANDOFF and sent.text("handover_code"):
        told["content"]["code"] = _judged(place.transfer, sent, occurred_at, received=told["to"] is post.organisation)
        told["code_proved"] = told["content"]["code"] in ("right", "own")
    _keep_to_the_visit(arrival.actor, place.transfer, told)
    told["intake_flags"] = [
        flag
        for flag, raised in (
            ("late", arrival.received_at - occurred_at > LATE),
            ("clock_corrected", was_corrected),
            ("before_packing", occurred_at + PACKING_TOLERANCE < place.transfer.packed_at),
            ("void_label", place.void_label),
        )
        if raised
    ]
    return told


def _where(sent: Sent, to: Organisation | None) -> str:
    """The ward or bay: as it was said, else the one whose QR was scanned there; a QR of elsewhere says nothing."""
    if sent.text("place") or not sent.text("place_token"):
        return sent.text("place")
    place = place_at(sent.text("place_token"))
    return place.name if place is not None and to is not None and place.organisation_id == to.pk else ""


def _judged(transfer: Transfer, sent: Sent, occurred_at: datetime, *, received: bool) -> str:
    """What a hand-over code is worth: right, old, void, wrong, or `own` when the giver sent what they had shown.

    A right code confirms the hand-over whoever sends it. The giver's own screen shows it, so that the giver sent it
    stays on the record: whoever reads it later can tell what was proved.
    """
    worth = standing(transfer, sent.text("handover_code"), occurred_at)
    if worth == Standing.WRONG:
        wrong_try(transfer, shown_step(transfer, occurred_at))
    return "own" if worth == Standing.RIGHT and not received else str(worth)


def _keep_to_the_visit(actor: Actor, transfer: Transfer, told: dict) -> None:
    """A visitor tells of the bag of their one journey: never of another, never takes back, never receives for the home.

    That the bag is with the service they came from is proved: the code of the home let them in.
    """
    visit = actor.visit
    if visit is None:
        return
    for_home = visit.post.organisation.pk == transfer.home_id
    received_for_home = for_home and told.get("to") is not None and told["to"].pk == transfer.home_id
    if visit.transfer_id != transfer.pk or told["kind"] not in VISITORS_TELL or received_for_home:
        raise Held("not_yours")
    if visit.carries and told.get("to") is not None:
        known = {visit.post.organisation.pk, transfer.home_id, transfer.destination_id}
        if told["to"].pk not in known:
            raise Held("not_yours", {"to": ELSEWHERE})
    told["content"] = {**told.get("content", {}), "visitor": str(visit.visitor_id)}
    if visit.service and told.get("to_text") == visit.service:
        told["code_proved"] = True


def _acting(posts: Sequence[Post], sent: Sent) -> Post:
    """The post somebody acts from: the organisation they named, or the only one they work at."""
    code = sent.text("organisation").upper()
    if code:
        mine = [post for post in posts if post.organisation.ods_code == code]
        if not mine:
            known = Organisation.objects.filter(ods_code=code).exists()
            raise Held("not_yours" if known else "unknown_organisation", {"organisation": "You do not work there."})
    else:
        mine = list(posts)
        if len({post.organisation.pk for post in posts}) > 1:
            raise Held("malformed", {"organisation": "You work at several places. Say for which one (ODS code)."})
    granted = [post for post in mine if post.grants & NEEDS[Kind(sent.kind)]]
    if not granted:
        raise Held("not_yours")
    return max(granted, key=lambda post: len(post.grants))


def _receiver(transfer: Transfer, sent: Sent, post: Post, facts: Sequence[Fact]) -> dict:
    code = sent.text("to").upper()
    if not code:
        to = None
    elif code == post.organisation.ods_code:
        to = post.organisation
    else:
        to = Organisation.objects.filter(ods_code=code).first()
        if to is None:
            raise Held("unknown_organisation", {"to": f"There is no organisation with the code {code}. Use to_text."})
    may_give = {transfer.home_id, *_named(facts)}
    if to is not post.organisation and post.organisation.pk not in may_give:
        raise Held("not_yours")
    return {"to": to, "to_kind": to.kind if to else ""}


def _went_to(transfer: Transfer, sent: Sent, post: Post, facts: Sequence[Fact]) -> dict:
    """The home, hospital or ambulance service that an outcome names."""
    told = _receiver(transfer, sent, post, facts)
    if told["to_kind"] != PLACES[Outcome(sent.outcome)] or told["to"].pk == transfer.home_id:
        raise Held("malformed", {"to": "This place does not fit what happened."})
    return told


def _may_tell(place: Place, sent: Sent, post: Post, facts: Sequence[Fact], occurred_at: datetime) -> None:
    """Checks and the like come from a party or with the token; a void from whoever may take that fact back."""
    transfer, acting = place.transfer, post.organisation.pk
    parties = {transfer.home_id, transfer.destination_id, *_named(facts)}
    if acting not in parties and not place.by_token:
        raise Held("not_yours")
    if sent.kind == Kind.OUTCOME:
        at_home = acting == transfer.home_id
        if sent.outcome == Outcome.CLOSED and not at_home:
            raise Held("not_yours", {"outcome": "Only the home finishes a transfer."})
        if acting not in parties or (not at_home and post.organisation.kind != OrganisationKind.HOSPITAL):
            raise Held("not_yours")
    if sent.kind == Kind.VOID:
        target = next((fact for fact in facts if fact.pk == sent.target), None)
        void = Told(sent.id, sent.kind, occurred_at, acting, post.role)
        if target is not None and not may_void(home=transfer.home_id, void=void, target=replay.told(target)):
            raise Held("not_yours", {"fact": "Only who sent it, or the home's senior or manager, can take it back."})


def _know_items(sent: Sent, facts: Sequence[Fact]) -> None:
    known: set[str] = set()
    for fact in facts:
        known |= {row.get("id") or row["item"] for row in fact.items if "category" in row}
    known |= {row["item"] for row in sent.items if row["state"] == "extra"}
    unknown = {
        f"items.{place}.item": "This item is not on the list."
        for place, row in enumerate(sent.items)
        if row["item"] not in known
    }
    if unknown:
        raise Held("unknown_item", unknown)


def _named(facts: Sequence[Fact]) -> set[UUID]:
    """Every organisation a hand-off names, whether or not it still counts: so the order of arrival does not matter."""
    return {fact.to_id for fact in facts if fact.kind in (Kind.HANDOFF, Kind.OUTCOME) and fact.to_id}
