"""News becomes letters owed to endpoints; people say where they want them, and settle what could not be carried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from redbag.deliveries import tasks
from redbag.deliveries.endpoints import live_secrets, new_secret, problems, standing, wanting
from redbag.deliveries.events import OFFERED, TEST, sample
from redbag.deliveries.fhir_letters import TAKEN_BACK
from redbag.deliveries.models import Delivery, Endpoint, Letter
from redbag.deliveries.owing import owe
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.organisations.pulse import stir
from redbag.queues.bells import BROKER_AWAY, log

State = Delivery.State
LONGEST_NOTE = 1000
MOST_OLD_SECRETS = 3
OLD_SECRET_LASTS, OLD_SECRET_LASTS_AT_MOST = timedelta(hours=48), timedelta(days=30)


class EndpointInUse(Refused):
    code = "endpoint_has_fallbacks"


class CannotReplay(Refused):
    code = "cannot_replay"


class NothingToSettle(Refused):
    code = "nothing_to_settle"


@dataclass(frozen=True, kw_only=True)
class News:
    """What is told: `path` is where to fetch it below PUBLIC_URL, `ids` identify and never describe a person."""

    type: str
    subject_id: UUID
    path: str
    ids: dict


def post_letters(
    *,
    organisations: Sequence[UUID],
    type: str,
    subject_id: UUID,
    path: str,
    ids: dict,
    now: datetime,
    person: UUID | None = None,
) -> list[Delivery]:
    """Owe a piece of news to every endpoint of these organisations that asked for it, in the caller's transaction.

    `path` is where to fetch it below PUBLIC_URL, `ids` identify and never describe a person. When no endpoint asked for
    it, looking that up is all that happens. With `person`, only what is theirs gets it, or all when they have nothing.
    """
    told = News(type=type, subject_id=subject_id, path=path, ids=ids)
    return post_news(organisations=organisations, news=[told], now=now, person=person)


def post_news(
    *, organisations: Sequence[UUID], news: Sequence[News], now: datetime, person: UUID | None = None
) -> list[Delivery]:
    """Like `post_letters` for several pieces of news about one thing that happened, with one look-up for all."""
    stir(organisations)
    rows, owed = standing(organisations), []
    for told in news:
        wanted, waiting = wanting(rows, told.type, person)
        places = {endpoint.organisation_id for endpoint in (*wanted, *waiting)}
        letters = {place: Letter(organisation_id=place, written_at=now, **vars(told)) for place in places}
        owed += _owe(letters, wanted, now, waiting)
    return owed


def post_to_inbox(
    *, organisation: UUID, type: str, subject_id: UUID, path: str, ids: dict, now: datetime, document: str = ""
) -> list[Delivery]:
    """Like `post_letters` to one organisation, and the letter is in its inbox at once, whatever its endpoints do.

    The delivery to the inbox comes first. `document` is a FHIR document as JSON: only a FHIR server is given it.
    """
    stir([organisation])
    letter = Letter(organisation_id=organisation, type=type, subject_id=subject_id, path=path, ids=ids, written_at=now)
    letter.document = document
    wanted, waiting = wanting(standing([organisation]), type)
    owed = _owe({organisation: letter}, wanted, now, waiting)
    inbox = Delivery.objects.create(
        letter=letter,
        organisation_id=organisation,
        endpoint=None,
        state=Delivery.State.DELIVERED,
        settled_at=now,
        created_at=now,
    )
    return [inbox, *owed]


@transaction.atomic
def add_endpoint(
    *,
    actor: Actor,
    organisation: Organisation,
    kind: str,
    address: str,
    events: Sequence[str],
    fallback_of: Endpoint | None,
    now: datetime,
) -> tuple[Endpoint, str | None]:
    """Have letters carried to an address. A webhook's secret comes back with it, this once. BadInput by field."""
    require(actor, Permission.MANAGE_ENDPOINTS, organisation)
    address = address.strip() if isinstance(address, str) else ""
    errors = problems(kind=kind, address=address, events=events)
    main = _locked_endpoint(fallback_of) if fallback_of is not None else None
    if main is not None and (main.organisation_id != organisation.pk or main.removed_at):
        errors["fallback_of"] = "Choose one of your own addresses that is still in use."
    if errors:
        raise BadInput(errors)
    secret = new_secret() if kind == Endpoint.Kind.WEBHOOK else None
    endpoint = Endpoint.objects.create(
        organisation=organisation,
        kind=kind,
        address=address,
        events=list(dict.fromkeys(events)),
        secret=secret or "",
        fallback_of=main,
        created_at=now,
    )
    record(
        "endpoint.added",
        endpoint,
        actor=actor,
        at=now,
        organisation=organisation,
        kind=kind,
        events=endpoint.events,
        fallback_of=main and main.pk,
        personal={"address": address},
    )
    return endpoint, secret


@transaction.atomic
def remove_endpoint(*, actor: Actor, endpoint: Endpoint, now: datetime) -> None:
    """Carry nothing there any more; what was still due there is given up."""
    require(actor, Permission.MANAGE_ENDPOINTS, endpoint.organisation)
    endpoint = _locked_endpoint(endpoint)
    if endpoint.removed_at:
        return
    if endpoint.fallbacks.live().exists():
        raise EndpointInUse("Another address stands in for this one. Remove that one first.")
    endpoint.removed_at = now
    endpoint.save(update_fields=["removed_at"])
    endpoint.deliveries.filter(state__in=[State.DUE, State.PARKED]).update(
        state=State.FAILED, next_attempt_at=None, lease_until=None, settled_at=now, settled_by_name=actor.name
    )
    record("endpoint.removed", endpoint, actor=actor, at=now, organisation=endpoint.organisation)


@transaction.atomic
def change_secret(*, actor: Actor, endpoint: Endpoint, now: datetime, old_until: datetime | None = None) -> str:
    """A new signing secret, shown this once. Those before it that sign still, the last three, sign on for 48 hours or
    until `old_until`: asked for twice by mistake, the one that the receiver knows goes on.

    BadInput for a time that has passed or is more than 30 days away.
    """
    require(actor, Permission.MANAGE_ENDPOINTS, endpoint.organisation)
    endpoint = _locked_endpoint(endpoint)
    if endpoint.kind != Endpoint.Kind.WEBHOOK or endpoint.removed_at:
        raise Refused("Only a webhook that is in use has a secret.", code="no_secret")
    until = old_until or now + OLD_SECRET_LASTS
    if not now < until <= now + OLD_SECRET_LASTS_AT_MOST:
        raise BadInput({"old_until": "Choose a time within the next 30 days."})
    fresh = new_secret()
    before = live_secrets(endpoint, at=now)[:MOST_OLD_SECRETS]
    endpoint.secret, endpoint.old_secret_until = " ".join([fresh, *before]), until
    endpoint.save(update_fields=["secret", "old_secret_until"])
    record("endpoint.secret_changed", endpoint, actor=actor, at=now, organisation=endpoint.organisation)
    return fresh


@transaction.atomic
def test_endpoint(*, actor: Actor, endpoint: Endpoint, now: datetime) -> Delivery:
    """Send a letter of type `endpoint.test` there now, the way every letter goes."""
    return try_out(actor=actor, endpoint=endpoint, type=TEST, now=now)


@transaction.atomic
def try_out(*, actor: Actor, endpoint: Endpoint, type: str, now: datetime) -> Delivery:
    """Send a test, or a sample of another type to a webhook in use, with `sample` and made-up ids in its data."""
    require(actor, Permission.MANAGE_ENDPOINTS, endpoint.organisation)
    endpoint = _locked_endpoint(endpoint)
    if endpoint.removed_at:
        raise Refused("This address was removed.", code="endpoint_removed")
    if type != TEST and (type not in OFFERED or endpoint.kind != Endpoint.Kind.WEBHOOK or endpoint.disabled_at):
        raise BadInput({"type": "Choose a kind of news. Only a webhook that is switched on can be sent a sample."})
    delivery = _trial(endpoint, type, now)
    record("endpoint.tested", endpoint, actor=actor, at=now, organisation=endpoint.organisation)
    return delivery


def test_letter(endpoint: Endpoint, now: datetime) -> Delivery:
    """A test that is owed to one endpoint, whatever it asked for; the caller has asked who may."""
    return _trial(endpoint, TEST, now)


def _trial(endpoint: Endpoint, type: str, now: datetime) -> Delivery:
    letter = Letter(
        organisation_id=endpoint.organisation_id,
        type=type,
        subject_id=endpoint.pk,
        path="/wake" if endpoint.kind == Endpoint.Kind.PUSH else "/api/v1/endpoints",
        ids={"endpoint": str(endpoint.pk)} if type == TEST else sample(type),
        written_at=now,
    )
    return _owe({endpoint.organisation_id: letter}, [endpoint], now)[0]


@transaction.atomic
def replay_delivery(*, actor: Actor, delivery: Delivery, now: datetime) -> Delivery:
    """Send a delivery again, whatever became of it: the schedule starts over, the log goes on.

    CannotReplay for one that is being sent this moment, one to the inbox, one whose endpoint was removed, and one whose
    subject was taken back.
    """
    require(actor, Permission.MANAGE_ENDPOINTS, delivery.organisation)
    delivery = _locked(delivery)
    if delivery.endpoint is None:
        raise CannotReplay("This one is in the inbox. There is nothing to send again.")
    if delivery.endpoint.removed_at:
        raise CannotReplay("The address it went to was removed.")
    if delivery.endpoint.disabled_at:
        raise CannotReplay("The address is switched off. Try it out and switch it on again first.")
    if TAKEN_BACK in delivery.letter.ids:
        raise CannotReplay("What it is about was somebody else's letter. Nothing of it is sent any more.")
    if delivery.state == State.SENDING:
        raise CannotReplay("It is being sent at this moment. Look again in a minute.")
    before = delivery.state
    delivery.state, delivery.next_attempt_at, delivery.attempts_made = State.DUE, now, 0
    delivery.lease_until, delivery.settled_at, delivery.settled_by_name, delivery.settled_note = None, None, "", ""
    delivery.asked_by = actor.user
    delivery.save()
    record("delivery.replayed", delivery, actor=actor, at=now, organisation=delivery.organisation, before=before)
    transaction.on_commit(partial(ring, [str(delivery.pk)]))
    return delivery


@transaction.atomic
def settle_delivery(*, actor: Actor, delivery: Delivery, note: str, now: datetime) -> Delivery:
    """A person takes care of what nobody could carry, and says how."""
    require(actor, Permission.MANAGE_ENDPOINTS, delivery.organisation)
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE:
        raise BadInput({"note": f"Say what you did, for example: rang the home. At most {LONGEST_NOTE} characters."})
    delivery = _locked(delivery)
    if delivery.state != State.PARKED:
        raise NothingToSettle("This one does not wait for a person.")
    delivery.state, delivery.settled_at = State.FAILED, now
    delivery.settled_by_name, delivery.settled_note = actor.name, note
    delivery.save(update_fields=["state", "settled_at", "settled_by_name", "settled_note"])
    record(
        "delivery.settled", delivery, actor=actor, at=now, organisation=delivery.organisation, personal={"note": note}
    )
    return delivery


def ring(delivery_ids: Sequence[str]) -> None:
    """Ring the post office's bell for each; when the broker is away, the sweeper finds them."""
    try:
        for delivery_id in delivery_ids:
            tasks.push.delay(delivery_id=delivery_id)
    except BROKER_AWAY:
        log.warning("broker away", deliveries=len(delivery_ids))


def _locked_endpoint(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=endpoint.pk)


def _locked(delivery: Delivery) -> Delivery:
    rows = Delivery.objects.select_for_update(of=("self",))
    return rows.select_related("endpoint", "organisation", "letter").get(pk=delivery.pk)


def _owe(
    letters: dict[UUID, Letter], endpoints: Sequence[Endpoint], now: datetime, waiting: Sequence[Endpoint] = ()
) -> list[Delivery]:
    deliveries = owe(letters, endpoints, now, waiting=waiting)
    if deliveries:
        transaction.on_commit(partial(ring, [str(delivery.pk) for delivery in deliveries]))
    return deliveries
