"""Who was refused somebody's data stands in the journal; what is no refusal does not, and strangers fill nothing."""

import uuid

import pytest
from django.core.cache import cache
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from redbag import rows
from redbag.accounts.tablets import enrol_with, make_code
from redbag.journal.models import Entry
from redbag.organisations.actions import close_session, open_session
from redbag.organisations.keys import actor_with
from redbag.organisations.tablets import revoke_tablet
from redbag.reports.inspection_models import InspectionPack
from redbag.reports.seen import access_log, seers
from redbag.residents.models import Resident
from redbag.retention.asking import note_request
from redbag.retention.holds import place_hold
from redbag.retention.models import RecordExport
from redbag.web.refusals import STRANGERS_A_MINUTE
from redbag.web.refused_things import CALLS, KINDS
from redbag.web.tablet_lock import COOKIE
from tests.web.journeys import pack

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_in_the_web_server(monkeypatch):
    """Outside of a request nothing is open, as in the web server; only a test itself looks at every row."""
    send = Client.request

    def closed(self, **asked):
        with monkeypatch.context() as while_it_runs:
            while_it_runs.setattr(rows, "outside", rows.CLOSED)
            return send(self, **asked)

    monkeypatch.setattr(Client, "request", closed)


@pytest.fixture
def looked_up(monkeypatch):
    """What was open to each look-up of whose row was refused."""
    scopes = []
    values_list = QuerySet.values_list

    def noted(self, *names, **how):
        if self.model is Resident:
            scopes.append(rows.scope())
        return values_list(self, *names, **how)

    monkeypatch.setattr(QuerySet, "values_list", noted)
    return scopes


def test_whose_it_is_is_asked_of_every_row_though_nothing_is_open_any_more(world, browser_of, looked_up):
    assert browser_of("millbrook_manager").get(f"/residents/{world.peggy.pk}").status_code == 404
    assert looked_up[-1] == rows.ALL


def test_a_tablet_that_was_taken_out_of_use_is_named_and_not_the_service(world):
    manager, now = world.actor("manager"), timezone.now()
    code, _ = make_code(actor=manager, organisation=world.oakview, name="Night desk", now=now)
    tablet, cookie = enrol_with(code=code, now=now)
    revoke_tablet(actor=manager, tablet=tablet, now=now)
    browser = Client()
    browser.cookies[COOKIE] = cookie
    assert browser.get(f"/residents/{world.peggy.pk}").status_code == 410
    assert refusals() == [("refused.resident", None, world.peggy.pk, "ended")]
    [told] = access_log(resident=world.peggy)
    assert told["who"] == "The tablet Night desk, which was taken out of use"
    assert [each.pages for each in seers([told])] == [[("was refused: the resident's page", 1)]]


def refusals():
    rows = Entry.objects.filter(action__startswith="refused.").order_by("pk")
    return [(row.action, row.actor_id, row.resident_id, row.facts["why"]) for row in rows]


def token_of(world, who):
    return open_session(user=world.people[who], now=timezone.now())[0]


def call(path, token):
    return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})


def test_somebody_elses_record_and_what_a_role_does_not_cover_are_noted_once(world, browser_of):
    other, carer = world.people["millbrook_manager"].pk, world.people["carer"].pk
    for _ in range(2):
        assert browser_of("millbrook_manager").get(f"/residents/{world.peggy.pk}").status_code == 404
        assert browser_of("carer").get(f"/residents/{world.peggy.pk}/who-looked").status_code == 403
    assert browser_of("millbrook_manager").get(f"/residents/{world.arthur.pk}").status_code == 404
    assert refusals() == [
        ("refused.resident", other, world.peggy.pk, "not_theirs"),
        ("refused.access_log", carer, world.peggy.pk, "role"),
        ("refused.resident", other, world.arthur.pk, "not_theirs"),
    ]
    assert Entry.objects.filter(action="refused.resident").first().organisation_id == world.oakview.pk
    told = browser_of("millbrook_manager").get("/journal").content.decode()
    assert "was refused" not in told
    assert "was refused: the resident&#x27;s page" in browser_of("manager").get("/journal").content.decode()


def test_over_the_api_too_by_whose_token_it_is(world):
    transfer = pack(world)
    token = token_of(world, "northgate")
    assert call(f"transfers/{transfer.pk}", token).status_code == 404
    assert call("residents", token).status_code == 403
    who = world.people["northgate"].pk
    assert refusals() == [
        ("refused.transfer", who, world.peggy.pk, "not_theirs"),
        ("refused.residents", who, None, "role"),
    ]


def test_a_token_that_is_wrong_or_was_revoked_is_noted_without_its_text(world):
    token = token_of(world, "manager")
    close_session(actor=actor_with(token, now=timezone.now()), now=timezone.now())
    assert call("residents", token).status_code == 401
    assert call("bags", "no-such-token").status_code == 401
    assert [row[0::3] for row in refusals()] == [("refused.residents", "token"), ("refused.bags", "token")]
    assert token not in str(list(Entry.objects.values()))


def test_what_does_not_exist_and_who_is_not_signed_in_leave_no_line(world, browser_of):
    assert browser_of("carer").get(f"/residents/{uuid.uuid4()}").status_code == 404
    assert browser_of("carer").get("/no-such-page").status_code == 404
    assert Client().get(f"/residents/{world.peggy.pk}").status_code == 302
    assert Client().get("/api/v1/residents").status_code == 401
    assert Client(enforce_csrf_checks=True).post("/sign-in", {"email": "x"}).status_code == 403
    assert refusals() == []


def test_strangers_cannot_fill_the_journal(world):
    key = f"refused-strangers-{timezone.now():%d%H%M}"
    cache.set(key, STRANGERS_A_MINUTE - 1)
    for path in ("residents", "bags", "transfers", "cases"):
        call(path, "guessed")
    assert len(refusals()) <= 2  # the minute may end meanwhile


def test_guessed_ids_of_holds_requests_exports_and_packs_are_told_to_the_home_they_belong_to_each(world, browser_of):
    manager, now = world.actor("manager"), timezone.now()
    hold = place_hold(
        actor=manager,
        home=world.oakview,
        resident=None,
        asked_by="Inquiry",
        reference="",
        reason="It may be asked for",
        now=now,
    )
    asked = note_request(
        actor=manager,
        resident=world.peggy,
        asked_by="Susan",
        standing="self",
        identity_seen="",
        received_on=now.date(),
        now=now,
    )
    export = RecordExport.objects.create(home=world.oakview, request=asked, asked_at=now)
    pack = InspectionPack.objects.create(
        home=world.oakview, place=world.oakview, asked_at=now, asked_by=manager.user, asked_by_name="Ann"
    )
    guesser, token = browser_of("millbrook_manager"), token_of(world, "millbrook_manager")
    assert guesser.get(f"/holds/{hold.pk}/lift").status_code == 404
    assert guesser.get(f"/record-requests/{asked.pk}").status_code == 404
    assert guesser.get(f"/record-exports/{export.pk}/paper").status_code == 404
    assert call(f"record-exports/{export.pk}/data", token).status_code == 404
    assert guesser.get(f"/inspection/{pack.pk}").status_code == 404
    who = world.people["millbrook_manager"].pk
    assert refusals() == [
        ("refused.lift_hold", who, None, "not_theirs"),
        ("refused.record_request", who, world.peggy.pk, "not_theirs"),
        ("refused.export_paper", who, world.peggy.pk, "not_theirs"),
        ("refused.export_data", who, world.peggy.pk, "not_theirs"),
        ("refused.inspection_pack", who, None, "not_theirs"),
    ]
    told = Entry.objects.filter(action__startswith="refused.").values_list("organisation_id", flat=True)
    assert set(told) == {world.oakview.pk}


def test_what_two_homes_have_is_told_to_both_when_one_person_guesses(world, browser_of):
    for bag in (world.bag, world.other_bag):
        assert browser_of("millbrook_manager").get(f"/bags/{bag.pk}").status_code == 404
    seen = Entry.objects.filter(action="refused.bag").order_by("pk").values_list("subject_id", flat=True)
    assert list(seen) == [world.bag.pk, world.other_bag.pk]


def addresses(patterns, app=""):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield app, each
        else:
            yield from addresses(each.url_patterns, each.app_name or app)


def test_every_id_in_an_address_is_of_a_kind_whose_refusals_are_noted():
    unknown = []
    for app, each in addresses(get_resolver().url_patterns):
        ids = [name for name, how in each.pattern.converters.items() if type(how).__name__ == "UUIDConverter"]
        if app in ("web", "api") and ids:
            kind = CALLS.get(str(each.pattern).split("/")[1]) if ids[0] == "pk" else ids[0].removesuffix("_id")
            if kind not in KINDS:
                unknown.append(str(each.pattern))
    assert unknown == []
