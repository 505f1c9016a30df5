"""Who may: the table in the code is the one promised, and every address keeps to it, walked with real requests."""

import re
import uuid
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core import signing
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from PIL import Image

from redbag.accounts.invitations import invite
from redbag.bags import actions as bags
from redbag.bags.tagging import make_tag
from redbag.deliveries import actions as deliveries
from redbag.deliveries.models import Delivery
from redbag.deliveries.phones import wake_phone
from redbag.discharges import actions as discharges
from redbag.discharges import copy_pages, copying
from redbag.discharges.arriving import Arrival, arrive
from redbag.discharges.mail import take_mail
from redbag.discharges.models import FollowUp
from redbag.documents import actions as documents
from redbag.homecomings.actions import answer
from redbag.homecomings.stays import stay_of
from redbag.notes.actions import write_note
from redbag.organisations.access import GRANTS, WITHOUT_BAGS
from redbag.organisations.access import Permission as P
from redbag.organisations.actions import close_session, issue_key, open_session
from redbag.organisations.keys import actor_with
from redbag.organisations.models import Key, Membership, User
from redbag.organisations.places import add_place, issue_token
from redbag.organisations.routes import ROUTES, Open
from redbag.organisations.tablets import enrol_tablet, revoke_tablet
from redbag.packs.models import Folder
from redbag.packs.sheets import sheet_of
from redbag.reconciliations.beginning import begin
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from redbag.reports.file_actions import ask_for_file, send_monthly
from redbag.reports.file_making import make_file
from redbag.reports.inspection_actions import ask_for_journey
from redbag.reports.inspection_making import make
from redbag.reports.measures import MEASURES
from redbag.retention.asking import note_request
from redbag.retention.holds import place_hold
from redbag.retention.models import Ending, Objection, RecordExport
from redbag.summaries.skin import look_at_skin
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.finding import tell_found
from redbag.transfers.handover_codes import code_at
from redbag.transfers.intake import take_in
from redbag.transfers.item_photos import keep_photo, picture_of
from redbag.transfers.models import HeldFact
from redbag.transfers.signatures import sign
from redbag.transfers.story import tell
from redbag.vault import keep_file, unseal, unseal_label
from redbag.visitors import asking
from redbag.visitors.actions import Introduction, let_in
from redbag.web.live import SALT
from tests.deliveries.test_waking import Phone
from tests.discharges.mails import with_pdf
from tests.documents.files import face
from tests.world import build

pytestmark = pytest.mark.timeout(300)  # a walk over every address takes long beside other work
ROLES = ("carer", "senior", "home_manager", "crew", "ward", "discharge", "auditor", "administrator")
# One row for each right, one letter for each role in the order above: x may, - may not.
PROMISED = {
    P.WRITE_RESIDENTS: "xxx-----",
    P.READ_RESIDENTS: "xxx-----",
    P.READ_RESTRICTED: "-xx-----",
    P.REMOVE_DOCUMENTS: "-xx-----",
    P.MERGE_RESIDENTS: "-xx-----",
    P.WRITE_BAGS: "xxx-----",
    P.PACK: "xxx-----",
    P.READ_TRANSFERS: "xxx-xx--",
    P.READ_HELD_TRANSFERS: "---x----",
    P.SEE_HOME_VIEW: "xxx-----",
    P.SEE_EMERGENCY_VIEW: "---x----",
    P.SEE_CLINICAL_VIEW: "----xx--",
    P.PRINT_LABELS: "-xx----x",
    P.WRITE_DISCHARGE: "----xx--",
    P.READ_DISCHARGE: "xxx-xx--",
    P.ACKNOWLEDGE_DISCHARGE: "xxx-----",
    P.MANAGE_ENDPOINTS: "--x--x-x",
    P.READ_REPORTS: "-xxxxx--",
    P.READ_AREA_REPORTS: "------x-",
    P.READ_JOURNAL: "-xx-----",
    P.READ_AREA_JOURNAL: "------x-",
    P.MOVE_BAGS: "xxxxxx--",
    P.CHECK_BAGS: "xxxxxx--",
    P.RECORD_OUTCOME: "xxx-xx--",
    P.VOID_ANY_FACT: "-xx-----",
    P.READ_BAGS: "xxx----x",
    P.COPY_LETTERS: "xxx-----",
    P.DECIDE_MEDICINES: "xxx-----",
    P.CHECK_RETURNS: "xxx-----",
    P.MAKE_READY: "----xx--",
    P.ANSWER_READINESS: "-xx-----",
    P.WRITE_NOTES: "xxx-xx--",
    P.FOLLOW_CASES: "-xx-----",
    P.RECORD_DEATH: "--x-xx--",
    P.RELEASE_BELONGINGS: "-xx-----",
    P.DISPOSE_OF_BAGS: "--x-----",
    P.SET_HOUSE_RULES: "--x--x-x",
    P.ENROL_DEVICES: "--x----x",
    P.LET_AGENCY_IN: "-xx-----",
    P.KEEP_RECORDS: "--x-----",
    P.LOOK_BACK: "--x-----",
}


def test_the_table_in_the_code_is_the_one_promised():
    coded = {p: "".join("x" if p in GRANTS[role] else "-" for role in ROLES) for p in P}
    assert coded == PROMISED
    assert GRANTS["group_manager"] == GRANTS["home_manager"]


PEOPLE = {
    "carer": "carer",
    "senior": "senior",
    "manager": "home_manager",
    "administrator": "administrator",
    "crew": "crew",
    "ward": "ward",
    "discharge": "discharge",
    "auditor": "auditor",
    "millbrook_manager": "home_manager",
    "northgate": "ward",
}
# Programs that come with a key of an organisation: where, and in which role.
KEYS = {
    "carer": ("oakview", "carer"),
    "manager": ("oakview", "home_manager"),
    "crew": ("lifeline", "crew"),
    "discharge": ("stmarys", "discharge"),
    "northgate": ("northgate", "discharge"),
    "auditor": ("area", "auditor"),
}
HOME = {"carer", "senior", "manager", "administrator"}
PARTIES = HOME | {"crew", "ward", "discharge"}
# To whose organisation each kind of thing belongs, by the name of its id in an address.
BELONGS = {
    "resident": HOME,
    "bag": HOME,
    "job": HOME,
    "membership": HOME,
    "invitation": HOME,
    "delivery": HOME,
    "endpoint": HOME,
    "transfer": PARTIES,
    "summary": HOME | {"ward", "discharge"},
    "held_summary": {"ward", "discharge"},
    "document": HOME,
    "device": HOME,
    "folder": HOME - {"administrator"},
    "objection": HOME - {"administrator"},
    "hold": {"manager"},  # records are looked after by managers alone
    "ending": {"manager"},
    "request": {"manager"},
    "export": {"manager"},
    "note": PARTIES,
    "return_answer": HOME,
    "place": HOME,
    "case": PARTIES,
    "found": HOME,
    "held": HOME - {"administrator"},
    "break_glass": HOME - {"administrator"},
    "line": HOME - {"administrator"},
    "reconciliation": HOME - {"administrator"},
    "reminder": HOME,
    "follow_up": HOME - {"administrator"},
    "copy": HOME,
    "mailed": HOME,
    "phone": {"carer"},  # a phone is its owner's alone
    "pack": {"senior", "manager"},  # who asked for it, and who manages the home
    "report_file": {"manager"},  # a file is its asker's alone
    "monthly": {"manager"},
}
TRAINED = {"senior", "manager"}  # in medicines: the home says so of each person
# What an address asks beyond its row.
ONLY = {
    "api:handover_code": HOME | {"crew"},  # who may give the bag: the home, and whoever has it
    "web:take_back": {"crew", "senior", "manager"},  # whoever sent the fact, or the home's senior or manager
    "web:access_log": HOME | {"auditor"},  # an auditor reads the whole area's
    "web:access_log_file": HOME | {"auditor"},
    "api:access_log": HOME | {"auditor"},
    "web:edit_discharge": {"ward", "discharge"},
    "web:send_discharge": {"ward", "discharge"},
    "web:decide_medicine": TRAINED,
    "web:decide_medicine_as_before": TRAINED,
    "web:unchanged_medicines": TRAINED,
    "web:check_medicines": TRAINED,
    "web:use_medicines": TRAINED,
    "web:put_back_medicines": TRAINED,
    "web:write_medicines_list": TRAINED,
    "api:decide_medicine": TRAINED,
    "api:decide_as_before": TRAINED,
    "api:unchanged_medicines": TRAINED,
    "api:check_medicines": TRAINED,
    "api:use_medicines": TRAINED,
    "api:put_back_medicines": TRAINED,
    "api:write_medicines_list": TRAINED,
    "web:read_note": HOME - {"administrator"},  # only the side it was written to; here the ward wrote it
    "api:read_note": HOME - {"administrator"},
    "web:remove_document": {"senior", "manager"},  # or whoever added it: here the senior did
    "web:restore_document": {"senior", "manager"},
    "api:remove_document": {"senior", "manager"},
    "api:restore_document": {"senior", "manager"},
}
REPORT = MEASURES[0].name
# Addresses with text in them that belongs to nobody.
TEXTS = {
    "kind": "summary",
    "place": "resident/new",
    "section": "allergies",
    "outcome": "lost",
    "layout": "L7160",
    "step": "wash",
    "number": 1,
    "name": REPORT,
    "row": MEASURES[0].rows[0].name,
    "which": "whole",
    "form": "csv",
    "code": "0",
    "link": "0",
    "provider": "nobody",
}
# Sent with nothing in it, there is nobody to be found.
EMPTY_FINDS_NOBODY = {"web:going"}
# A report of one organisation is chosen by who asks, so every reader may.
NOBODYS = {"web:report_file", "api:report", "web:calibration", "web:take_by_code"}


# Which kind of thing a call of the API is about, by the address before its id.
COLLECTIONS = {
    "residents": "resident",
    "bags": "bag",
    "break-glass": "break_glass",
    "labels": "job",
    "transfers": "transfer",
    "discharge-summaries": "summary",
    "endpoints": "endpoint",
    "deliveries": "delivery",
    "documents": "document",
    "cases": "case",
    "devices": "device",
    "folder": "folder",
    "holds": "hold",
    "destructions": "ending",
    "record-requests": "request",
    "record-exports": "export",
    "notes": "note",
    "return-answers": "return_answer",
    "reminders": "reminder",
    "push-subscriptions": "phone",
    "mailed-letters": "mailed",
    "follow-ups": "follow_up",
    "people": "membership",
    "invitations": "invitation",
    "places": "place",
    "found": "found",
    "medicines-lines": "line",
    "reconciliations": "reconciliation",
    "inspection-packs": "pack",
}


def subject_of(path, names):
    """Which kind of thing an address is about; None when no id is in it."""
    if "pk" in names:
        return COLLECTIONS[path.split("/v1/")[1].split("/")[0]]
    if path.endswith("/photo"):
        return "transfer"  # a label's photo is of who is on its journey
    return next((name.removesuffix("_id") for name in names if name.endswith("_id")), None)


def letter():
    """A PDF of one empty page."""
    page, written = pikepdf.new(), BytesIO()
    page.add_blank_page()
    page.save(written)
    return written.getvalue()


def folder_of(home, *, now):
    """A grab folder with an empty page in it."""
    kept = {"file": keep_file("folders/x.pdf", letter()), "pages": 1, "drawn_at": now}
    return Folder.objects.create(home=home, asked_at=now, made_of="", **kept)


def kept_records(world, *, now):
    """A hold, a destruction that somebody else proposed, a request for a record and its export."""
    manager, mine = world.actor("manager"), {"resident": world.peggy, "home": world.oakview}
    told = {"asked_by": "Coroner", "reference": "", "reason": "Inquest"}
    proposed = {"rule": "care_record", "due_on": now.date(), "proposed_at": now, "proposed_by": world.people["senior"]}
    asked = {"asked_by": "Ana", "standing": "self", "identity_seen": "", "received_on": now.date()}
    request = note_request(actor=manager, resident=world.peggy, now=now, **asked)
    export = {"state": "ready", "paper": keep_file("x", letter()), "data": keep_file("x", b"")}
    return {
        "hold": place_hold(actor=manager, **mine, **told, now=now).pk,
        "ending": Ending.objects.create(**mine, **proposed).pk,
        "request": request.pk,
        "objection": Objection.objects.create(
            resident=world.peggy, section="allergies", said_on=now.date(), at=now, by_name="Jo"
        ).pk,
        "export": RecordExport.objects.create(request=request, home=world.oakview, asked_at=now, **export).pk,
    }


def held_summary(ward, world, now):
    """A summary of which nobody can say whose it is."""
    arrival = Arrival(headings={"diagnoses": "Gout"}, file=None, form="headings")
    return arrive(actor=ward, organisation=world.stmarys, arrival=arrival, now=now)


def signed_glass():
    """A stroke on glass, as a PNG."""
    glass, written = Image.new("L", (60, 20), "white"), BytesIO()
    glass.paste(0, (5, 5, 50, 8))
    glass.save(written, "PNG")
    return written.getvalue()


def pack_of(senior, transfer, *, now):
    """An inspection pack of the journey, made."""
    pack = ask_for_journey(actor=senior, transfer=transfer, now=now)
    make(pack.pk, now=lambda: now)
    return pack


def file_of(manager, *, now):
    """A report as a file, made."""
    days = {"start": now.date(), "end": now.date()}
    file = ask_for_file(actor=manager, what="measures", form="csv", organisation=None, now=now, **days)
    make_file(str(file.pk), now=lambda: now)
    return file


def things_of(world):
    """One of each, all of Oakview, on a journey that the crew has and St Mary's expects."""
    carer, senior, manager, ward = (world.actor(who) for who in ("carer", "senior", "manager", "ward"))
    now = timezone.now() - timedelta(minutes=30)
    glasses = {"id": str(uuid.uuid4()), "category": "glasses"}
    packing = Packing(resident=world.peggy, bag=world.bag, destination=world.stmarys, items=(glasses,))
    transfer, _ = pack_bag(actor=carer, packing=packing, now=now)
    fact = {
        "id": str(uuid.uuid4()),
        "kind": "handoff",
        "transfer": str(transfer.pk),
        "to": "RDEM9",
        "occurred_at": now.isoformat(),
    }
    check = fact | {"id": str(uuid.uuid4()), "kind": "check", "items": [{"item": glasses["id"], "state": "missing"}]}
    take_in(actor=world.actor("crew"), sent_at=now, facts=[fact, check], now=now)
    (thing,) = tell(transfer).items
    keep_photo(actor=carer, transfer=transfer, item=thing, jpeg=picture_of(face()), now=now)
    endpoint, _ = deliveries.add_endpoint(
        actor=manager,
        organisation=world.oakview,
        kind="webhook",
        address="http://127.0.0.1:9/x",
        events=[],
        fallback_of=None,
        now=now,
    )
    summary = discharges.write_summary(
        actor=ward,
        transfer=transfer,
        organisation=world.stmarys,
        headings=None,
        file=letter(),
        form="pdf",
        draft=False,
        now=now,
    )
    compared = begin(actor=carer, summary=summary, rows=[{"name": "Senna"}], now=now)
    jo = Introduction(name="Jo", role="technician", organisation=world.lifeline)
    shown = code_at(transfer, now)[0]
    visitor, _ = let_in(transfer=transfer, code=shown, told=jo, address="", now=now)
    nurse = Introduction(name="Noor", role="nurse", registration="12A3456B", organisation=world.stmarys)
    glass, _ = asking.ask(transfer=transfer, told=nurse, why=asking.Asking(reason="gone"), address="", now=now)
    copied = copying.begin_copy(actor=carer, resident=world.peggy, now=now)
    copy_pages.add_pages(actor=carer, copy=copied, files=[face()], now=now)
    (mailed,) = take_mail(content=with_pdf().as_bytes(), home=world.oakview, now=now).letters
    document = documents.add_document(
        actor=senior, resident=world.peggy, file=face(), values={"kind": "photo"}, now=now
    )
    bay = add_place(actor=manager, organisation=world.oakview, name="Front office", now=now)
    bay = issue_token(actor=manager, place=bay, now=now)
    mark = {"kind": "bruise", "side": "front", "x": 850, "y": 480}
    look = look_at_skin(actor=carer, resident=world.peggy, moment="home", marks=[mark], now=now)
    take_in(actor=carer, sent_at=now, facts=[{"id": str(uuid.uuid4()), "kind": "pack"}], now=now)
    watch(now=now)
    return {
        "held": HeldFact.objects.get().pk,
        "mark": look.marks[0]["id"],
        "resident": world.peggy.pk,
        "bag": world.other_bag.pk,
        "job": bags.print_labels(
            actor=senior, home=world.oakview, bags=[world.bag], blanks=0, layout="L7160", reason="new", now=now
        ).pk,
        "membership": Membership.objects.get(user=world.people["carer"]).pk,
        "delivery": Delivery.objects.filter(organisation=world.oakview, endpoint=endpoint).first().pk,
        "endpoint": endpoint.pk,
        "transfer": transfer.pk,
        "item": thing.id,
        "case": transfer.cases.get().pk,
        "summary": summary.pk,
        "reconciliation": compared.pk,
        "line": compared.lines.get().pk,
        "held_summary": held_summary(ward, world, now).pk,
        "fact": fact["id"],
        "return_answer": answer(actor=carer, stay=stay_of(transfer), question="decision", value="no_paper", now=now).pk,
        "text": world.token(world.bag),
        "token": unseal(sheet_of(transfer, now=now).token_sealed),
        "tag": make_tag(actor=carer, bag=world.other_bag, category="glasses", now=now).pk,
        "document": document.pk,
        "place": bay.pk,
        "wall": unseal_label(bay.token_sealed),
        "signature": sign(actor=carer, transfer=transfer, name="Ana", picture=signed_glass(), now=now).pk,
        "folder": folder_of(world.oakview, now=now).pk,
        "device": enrol_tablet(actor=manager, organisation=world.oakview, name="Office", now=now)[0].pk,
        "visitor": visitor.pk,
        **kept_records(world, now=now),
        "break_glass": glass.pk,
        "found": tell_found(bag=world.bag, place="Bus 9", phone="", actor=None, address="", now=now).pk,
        "reminder": Reminder.objects.get(kind="on_the_way", organisation=world.oakview).pk,
        "invitation": invite(
            actor=manager,
            organisation=world.oakview,
            email="bea@oakview.example",
            name="Bea New",
            role="carer",
            medicines_trained=False,
            now=now,
        ).pk,
        "phone": wake_phone(
            actor=carer, organisation=world.oakview, address="https://push.example/x", keys=Phone().keys, now=now
        ).pk,
        "follow_up": FollowUp.objects.create(summary=summary, position=90, text="Ring the GP", owner="home").pk,
        "copy": copied.pk,
        "mailed": mailed.pk,
        "watched": signing.dumps([world.oakview.pk.hex], salt=SALT),
        "pack": pack_of(senior, transfer, now=now).pk,
        "report_file": file_of(manager, now=now).pk,
        "monthly": send_monthly(actor=manager, place=world.oakview, day=5, now=now).pk,
        "note": write_note(actor=ward, transfer=transfer, words="Glasses?", now=now)[0].pk,
    }


@pytest.fixture
def things(world):
    """One of each, in a world of the test's own."""
    return things_of(world)


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The cast and one of each thing, built once: every request here is undone, so no test meets another's."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build()
        yield world, things_of(world)
        transaction.set_rollback(True)


class NothingOfThisKind(KeyError):
    """An address has an id in it of which the walk makes none."""


def addresses():
    """Every address with the names in it."""

    def walk(patterns, namespace, prefix):
        for entry in patterns:
            path = prefix + str(entry.pattern)
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else namespace, path)
            else:
                yield namespace + entry.name, path

    yield from walk(get_resolver().url_patterns, "", "/")


def fill(path, things):
    """The address with a real thing in each place, and the kind of thing it is about."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", path)
    try:
        kind = subject_of(path, names)
        values = {
            name: things[kind] if name == "pk" else TEXTS.get(name) or things[name.removesuffix("_id")]
            for name in names
        }
    except KeyError as lacking:
        raise NothingOfThisKind(f"{path}: {lacking} is in none of COLLECTIONS, things_of, TEXTS") from None
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), path), kind


def ask(client, headers, route, method, path):
    """The status of a real request whose effects are undone."""
    api = route.startswith("api:")
    with transaction.atomic():
        response = client.generic(
            method,
            path,
            ("{}" if api else "") if method != "GET" else "",
            content_type="application/json" if api else "application/x-www-form-urlencoded",
            headers=headers if api else {},
        )
        if response.streaming:
            list(response.streaming_content)  # read to its end, the file closes itself
        to_sign_in = response.status_code == 302 and response["Location"].startswith("/sign-in?next=")
        transaction.set_rollback(True)
    return 401 if to_sign_in else response.status_code


def calls(things, *, of=""):
    """Every address with every method that has a row: route, method, rule, address, kind."""
    for route, path in addresses():
        filled, kind = fill(path, things)
        for method, rule in ROUTES[route].items():
            if route.startswith(of) and (route, method) != ("api:session", "POST") and route != "web:readyz":
                yield route, method, rule, filled, kind  # signing in with nothing is 422, no worker is 503: for all


def signed_in(world, who):
    """A browser signed in as somebody, and the headers of their token."""
    client, headers = Client(raise_request_exception=False), {}
    if who is not None:
        client.force_login(world.people[who])
        headers = bearer(open_session(user=world.people[who], now=timezone.now())[0])
    return client, headers


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def expected(route, method, rule, grants, near, only):
    """What somebody must be answered: a number, "yes" for anything but 401, 403, 404 and 5xx, or "no" for 403 or 404.

    `near` says whether the thing is their organisation's; None when the address is about nothing of anybody's.
    """
    if rule == Open.ANYONE:
        return "yes"
    if grants is None:
        return 401
    if rule == Open.SIGNED_IN:
        return "yes"
    granted = bool(grants.intersection(rule if isinstance(rule, tuple) else (rule,)))
    if near is None or route in NOBODYS:
        return ("no" if route in EMPTY_FINDS_NOBODY and method == "POST" else "yes") if granted else 403
    if not near:
        return 404
    return "yes" if granted and only else "no"


def fits(status, wanted):
    if wanted == "yes":
        return status not in (401, 403, 404) and status < 500
    return status in (403, 404) if wanted == "no" else status == wanted


def test_every_address_has_a_row_and_every_row_an_address():
    assert sorted({route for route, _ in addresses()} ^ set(ROUTES)) == [], "see redbag/organisations/routes.py"


@pytest.mark.django_db
def test_of_every_kind_of_id_in_an_address_the_walk_has_one_and_knows_whose_it_is(stage):
    lacking = set()
    for _, path in addresses():
        try:
            kind = fill(path, stage[1])[1]
        except NothingOfThisKind as fault:
            lacking.add(fault.args[0])
        else:
            if kind is not None and kind not in BELONGS:
                lacking.add(f"{path}: say in BELONGS whose a {kind} is")
    assert lacking == set(), "\n".join(sorted(lacking))


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("who", [None, *PEOPLE])
def test_every_address_keeps_to_the_table(stage, who):
    world, things = stage
    client, headers = signed_in(world, who)
    wrong = []
    for route, method, rule, path, kind in calls(things):
        near = None if kind is None else who in BELONGS[kind] or who in ONLY.get(route, ())
        only = kind is None or who in ONLY.get(route, BELONGS[kind])
        wanted = expected(route, method, rule, GRANTS.get(PEOPLE.get(who)), near, only)
        status = ask(client, headers, route, method, path)
        wrong += [] if fits(status, wanted) else [f"{method} {route}: {status}, not {wanted}"]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.slow
def test_an_administrator_of_a_service_and_an_area_opens_what_looks_after_people_and_no_journey_of_theirs(stage):
    world, things = stage
    world.people["boss"] = User.objects.create(email="boss@test.example", name="Boss", created_at=world.now)
    for place in (world.lifeline, world.area):
        world.people["boss"].memberships.create(organisation=place, role="administrator", started_at=world.now)
    client, headers = signed_in(world, "boss")
    wrong = []
    asked = [call for call in calls(things) if call[1] == "GET" or call[0].startswith("api:")]
    for route, method, rule, path, kind in asked:
        wanted = expected(route, method, rule, WITHOUT_BAGS, None if kind is None else False, False)
        status = ask(client, headers, route, method, path)
        if not fits(status, "no" if wanted == 404 else wanted):
            wrong.append(f"{method} {route}: {status}, not {wanted}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("who", KEYS)
def test_a_key_of_an_organisation_may_at_most_what_its_role_may(stage, who):
    world, things = stage
    place, role = KEYS[who]
    secret = issue_key(organisation=getattr(world, place), role=role, name="A system", now=timezone.now())
    wrong = []
    for route, method, rule, path, kind in calls(things, of="api:"):
        near = None if kind is None else who in BELONGS[kind] or who in ONLY.get(route, ())
        wanted = expected(route, method, rule, GRANTS[role], near, True)
        status = ask(Client(raise_request_exception=False), bearer(secret), route, method, path)
        # what only a person may do, a key may not: 403 where a person's role would do
        if not fits(status, wanted) and not (wanted == "yes" and status in (403, 404)):
            wrong.append(f"{method} {route}: {status}, not {wanted}")
    assert wrong == [], "\n".join(wrong)


def ended_session(world, now):
    """A browser's session and a token, both past their time."""
    client, headers = signed_in(world, "manager")
    Key.objects.filter(user=world.people["manager"]).update(expires_at=now)
    client.session.delete()
    return client, headers


def revoked_token(world, now):
    headers = signed_in(world, "manager")[1]
    close_session(actor=actor_with(headers["Authorization"][7:], now=now), now=now)
    return Client(raise_request_exception=False), headers


def revoked_key(world, now):
    secret = issue_key(organisation=world.oakview, role="home_manager", name="A system", now=now)
    Key.objects.filter(organisation=world.oakview, name="A system").update(revoked_at=now)
    return Client(raise_request_exception=False), bearer(secret)


def facts_only(world, now):
    token = open_session(user=world.people["manager"], now=now)[1]
    return Client(raise_request_exception=False), bearer(token)


def left_yesterday(world, now):
    client, headers = signed_in(world, "senior")
    ended = {"ended_at": now, "ended_by": world.people["manager"]}
    Membership.objects.filter(user=world.people["senior"]).update(**ended)
    return client, headers


def switched_off(world, now):
    client, headers = signed_in(world, "manager")
    User.objects.filter(pk=world.people["manager"].pk).update(is_active=False)
    return client, headers


# Who may nothing (any more), and what that is answered.
SHUT_OUT = {
    ended_session: (401,),
    revoked_token: (401,),
    revoked_key: (401,),
    switched_off: (401,),
    facts_only: (401, 403),
    left_yesterday: (401, 403, 404),
}


@pytest.mark.django_db
@pytest.mark.parametrize("way", SHUT_OUT, ids=lambda way: way.__name__)
def test_what_has_ended_opens_nothing(stage, way):
    world, things = stage
    client, headers = way(world, timezone.now())
    open_to = []
    for route, method, rule, path, _ in calls(things, of="" if client.cookies else "api:"):
        shut = rule != Open.ANYONE and (rule != Open.SIGNED_IN or 403 not in SHUT_OUT[way])
        if not shut or (way is facts_only and route == "api:facts"):
            continue
        status = ask(client, headers, route, method, path)
        open_to += [] if status in SHUT_OUT[way] else [f"{method} {route}: {status}"]
    assert open_to == [], "\n".join(open_to)


@pytest.mark.django_db
def test_a_tablet_that_was_taken_out_of_use_opens_nothing_that_is_kept_on_tablets(stage):
    world, _ = stage
    manager, now = world.actor("manager"), timezone.now()
    tablet, token = enrol_tablet(actor=manager, organisation=world.oakview, name="Lost", now=now)
    revoke_tablet(actor=manager, tablet=tablet, now=now)
    client, headers = signed_in(world, "manager")
    headers |= {"Red-Bag-Device": token}
    for call, method in (("offline", "GET"), ("offline/residents", "GET"), ("facts-token", "POST")):
        assert ask(client, headers, "api:", method, f"/api/v1/{call}") == 410, call


@pytest.mark.django_db
@pytest.mark.slow
def test_a_method_without_a_row_opens_to_nobody(stage):
    world, things = stage
    # A page is refused before anybody is asked who they are; a call afterwards, so that nobody's would only be 401.
    client, headers = Client(raise_request_exception=False), signed_in(world, "manager")[1]
    open_to = []
    for route, path in addresses():
        filled, _ = fill(path, things)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(ROUTES[route]):
            status = ask(client, headers, route, method, filled)
            if status not in (404, 405):
                open_to.append(f"{method} {route}: {status}")
    assert open_to == []
