"""Who may: the table in the code is the one promised, and every address keeps to it, walked with real requests."""

import json
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
from redbag.organisations.access import GRANTS
from redbag.organisations.access import Permission as P
from redbag.organisations.actions import open_session
from redbag.organisations.models import Membership
from redbag.organisations.places import add_place, issue_token
from redbag.organisations.routes import ROUTES, Open
from redbag.organisations.tablets import enrol_tablet
from redbag.packs.models import Folder
from redbag.packs.sheets import sheet_of
from redbag.reconciliations.beginning import begin
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from redbag.reports.measures import MEASURES
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
from redbag.visitors.actions import Introduction, let_in
from redbag.web.live import SALT
from tests.deliveries.test_waking import Phone
from tests.discharges.mails import with_pdf
from tests.documents.files import face

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
    P.KEEP_RECORDS: "--x-----",
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
HOME = {"carer", "senior", "manager", "administrator"}
PARTIES = HOME | {"crew", "ward", "discharge"}
# To whose organisation each kind of thing belongs, by the name of its id in an address.
BELONGS = {
    "resident": HOME,
    "bag": HOME,
    "job": HOME,
    "membership": HOME,
    "delivery": HOME,
    "endpoint": HOME,
    "transfer": PARTIES,
    "summary": HOME | {"ward", "discharge"},
    "held_summary": {"ward", "discharge"},
    "document": HOME,
    "device": HOME,
    "folder": HOME - {"administrator"},
    "note": PARTIES,
    "return_answer": HOME,
    "place": HOME,
    "case": PARTIES,
    "found": HOME,
    "held": HOME - {"administrator"},
    "line": HOME - {"administrator"},
    "reconciliation": HOME - {"administrator"},
    "reminder": HOME,
    "follow_up": HOME - {"administrator"},
    "copy": HOME,
    "mailed": HOME,
    "phone": {"carer"},  # a phone is its owner's alone
}
TRAINED = {"senior", "manager"}  # in medicines: the home says so of each person
# What an address asks beyond its row.
ONLY = {
    "api:handover_code": HOME | {"crew"},  # who may give the bag: the home, and whoever has it
    "web:take_back": {"crew", "senior", "manager"},  # whoever sent the fact, or the home's senior or manager
    "web:access_log": HOME | {"auditor"},  # an auditor reads the whole area's
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
    "form": "csv",
    "code": "0",
}
# Sent with nothing in it, there is nobody to be found.
EMPTY_FINDS_NOBODY = {"web:going"}
# A report of one organisation is chosen by who asks, so every reader may.
NOBODYS = {"web:report_file", "api:report", "web:calibration", "web:take_by_code"}


# Which kind of thing a call of the API is about, by the address before its id.
COLLECTIONS = {
    "residents": "resident",
    "bags": "bag",
    "labels": "job",
    "transfers": "transfer",
    "discharge-summaries": "summary",
    "endpoints": "endpoint",
    "deliveries": "delivery",
    "documents": "document",
    "cases": "case",
    "devices": "device",
    "folder": "folder",
    "notes": "note",
    "return-answers": "return_answer",
    "reminders": "reminder",
    "push-subscriptions": "phone",
    "mailed-letters": "mailed",
    "follow-ups": "follow_up",
    "people": "membership",
    "places": "place",
    "found": "found",
    "medicines-lines": "line",
    "reconciliations": "reconciliation",
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


@pytest.fixture
def things(world):
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
        "found": tell_found(bag=world.bag, place="Bus 9", phone="", actor=None, address="", now=now).pk,
        "reminder": Reminder.objects.get(kind="on_the_way", organisation=world.oakview).pk,
        "phone": wake_phone(
            actor=carer, organisation=world.oakview, address="https://push.example/x", keys=Phone().keys, now=now
        ).pk,
        "follow_up": FollowUp.objects.create(summary=summary, position=90, text="Ring the GP", owner="home").pk,
        "copy": copied.pk,
        "mailed": mailed.pk,
        "watched": signing.dumps([world.oakview.pk.hex], salt=SALT),
        "note": write_note(actor=ward, transfer=transfer, words="Glasses?", now=now)[0].pk,
    }


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
    """The address with a real thing in each place."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", path)
    kind = subject_of(path, names)
    values = {
        name: things[kind] if name == "pk" else TEXTS.get(name) or things[name.removesuffix("_id")] for name in names
    }
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), path), kind


def ask(client, headers, route, method, path):
    """The status of a real request whose effects are undone."""
    with transaction.atomic():
        body = json.dumps({}) if route.startswith("api:") else ""
        content_type = "application/json" if route.startswith("api:") else "application/x-www-form-urlencoded"
        response = client.generic(
            method, path, body if method != "GET" else "", content_type=content_type, headers=headers
        )
        if response.streaming:
            list(response.streaming_content)  # read to its end, the file closes itself
        to_sign_in = response.status_code == 302 and response["Location"].startswith("/sign-in?next=")
        transaction.set_rollback(True)
    return 401 if to_sign_in else response.status_code


def expected(route, method, rule, who, kind):
    """What somebody must be answered: a number, or "yes" for anything but 401, 403, 404 and 5xx."""
    if rule == Open.ANYONE:
        return "yes"
    if who is None:
        return 401
    if rule == Open.SIGNED_IN:
        return "yes"
    rights = rule if isinstance(rule, tuple) else (rule,)
    granted = bool(GRANTS[PEOPLE[who]].intersection(rights))
    if kind is None or route in NOBODYS:
        return ("no" if route in EMPTY_FINDS_NOBODY and method == "POST" else "yes") if granted else 403
    near = who in BELONGS[kind] or (route in ONLY and who in ONLY[route])
    if not near:
        return 404
    return "yes" if granted and who in ONLY.get(route, BELONGS[kind]) else "no"


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("who", [None, *PEOPLE])
def test_every_address_keeps_to_the_table(world, things, who):
    client, headers = Client(raise_request_exception=False), {}
    if who is not None:
        client.force_login(world.people[who])
        headers = {"Authorization": f"Bearer {open_session(user=world.people[who], now=timezone.now())[0]}"}
    wrong = []
    for route, path in addresses():
        filled, kind = fill(path, things)
        for method, rule in ROUTES[route].items():
            if route == "api:session" and method == "POST":
                continue  # signing in with nothing is 422 for everybody
            if route == "web:readyz":
                continue  # 503 while no worker runs
            status = ask(client, headers if route.startswith("api:") else {}, route, method, filled)
            wanted = expected(route, method, rule, who, kind)
            fits = {
                "yes": status not in (401, 403, 404) and status < 500,
                "no": status in (403, 404),
            }.get(wanted, status == wanted)
            if not fits:
                wrong.append(f"{method} {route}: {status}, not {wanted}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.slow
def test_a_method_without_a_row_opens_to_nobody(world, things):
    client = Client(raise_request_exception=False)
    client.force_login(world.people["manager"])
    headers = {"Authorization": f"Bearer {open_session(user=world.people['manager'], now=timezone.now())[0]}"}
    open_to = []
    for route, path in addresses():
        filled, _ = fill(path, things)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(ROUTES[route]):
            status = ask(client, headers if route.startswith("api:") else {}, route, method, filled)
            if status not in (404, 405):
                open_to.append(f"{method} {route}: {status}")
    assert open_to == []


@pytest.mark.django_db
def test_who_left_yesterday_may_nothing_today(world, things):
    Membership.objects.filter(user=world.people["senior"]).update(
        ended_at=timezone.now(), ended_by=world.people["manager"]
    )
    client = Client(raise_request_exception=False)
    client.force_login(world.people["senior"])
    for route, path in addresses():
        filled, _ = fill(path, things)
        for method, rule in ROUTES[route].items():
            if not isinstance(rule, Open):
                status = ask(client, {}, route, method, filled)
                assert status in (403, 404), f"{method} {route}: {status}"
