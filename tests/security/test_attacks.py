"""An attacker's run: what somebody from outside, from another organisation or with a stolen page would try.

Each test counts its attempts; the table stands after the tests. Here every address gets some of the ways by turns;
REDBAG_LONG=1 (or `script/bench attacks`) tries all of them everywhere and as everybody, which takes minutes.
"""

import csv
import html
import io
import json
import os
import re
import uuid
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import openpyxl
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from redbag.bags.models import Bag
from redbag.organisations.models import Membership, Organisation, User
from redbag.organisations.routes import ROUTES, Open
from redbag.reports.measures import MEASURES
from redbag.residents.models import Resident
from tests.documents.files import face
from tests.test_permissions import ONLY, addresses, bearer, calls, fill, signed_in, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db
LONG = os.environ.get("REDBAG_LONG") == "1"
EVIL = "evil.example"
OTHERS = ("millbrook_manager", "millbrook", "northgate", "auditor") if LONG else ("millbrook_manager",)
TRICKS = ("HEAD", "OPTIONS", "TRACE", *(("GET", "POST", "PUT", "PATCH", "DELETE") if LONG else ()))
NAMES = (b"Margaret", b"Peggy", b"Jones", b"OAK-1", b"OAK-2")
ELSEWHERE = {
    "X-Forwarded-Host": EVIL,
    "X-Host": EVIL,
    "Forwarded": f"host={EVIL}",
    "X-HTTP-Method-Override": "DELETE",
    "X-Method-Override": "DELETE",
    "X-Original-URL": "/people",
    "X-Rewrite-URL": "/people",
}
EXTRA = {
    "id": str(uuid.uuid4()),
    "pk": str(uuid.uuid4()),
    "home": "VDEM2",
    "home_id": str(uuid.uuid5(uuid.NAMESPACE_URL, "ods:VDEM2")),
    "organisation_id": str(uuid.uuid5(uuid.NAMESPACE_URL, "ods:VDEM2")),
    "role": "auditor",
    "state": "retired",
    "stage": "CLOSED",
    "created_by": str(uuid.uuid4()),
    "created_at": "1999-01-01T00:00:00Z",
    "is_superuser": True,
    "is_staff": True,
    "is_active": False,
    "password": "owned-by-me-2026",
    "medicines_trained": True,
    "user": str(uuid.uuid4()),
    "actor": "manager",
    "next": f"https://{EVIL}/",
    "back": f"//{EVIL}/",
    "to": f"https://{EVIL}/",
    "_method": "DELETE",
}
EXTRA_JSON = json.dumps(EXTRA)


def send(client, method, path, body="", *, kind="application/json", **headers):
    """A real request, read to its end."""
    answer = client.generic(method, path, body, content_type=kind, headers=headers)
    if answer.streaming:
        answer.content_read = b"".join(answer.streaming_content)
    return answer


def read(answer):
    return answer.content_read if answer.streaming else answer.content


@pytest.mark.slow
def test_ids_of_another_organisation_with_every_method(stage, tried):
    world, things = stage
    got, count = [], 0
    for who in OTHERS:
        client, headers = signed_in(world, who)
        for route, path in addresses():
            filled, kind = fill(path, things)
            if kind is None or Open.ANYONE in ROUTES[route].values() or who in ONLY.get(route, ()):
                continue
            for method in TRICKS if LONG else (TRICKS[len(filled) % 3],):
                with transaction.atomic():
                    answer = send(client, method, filled, **(headers if route.startswith("api:") else {}))
                    transaction.set_rollback(True)
                count += 1
                shown = [name for name in NAMES if name in read(answer)]
                if answer.status_code not in (403, 404, 405, 422) or shown:
                    got.append(f"{who} {method} {route}: {answer.status_code} {shown}")
    assert got == []
    tried(count)


def standing():
    """What nobody may change by sending more than was asked for."""
    return (
        sorted(Membership.objects.values_list("user", "organisation", "role")),
        sorted(User.objects.values_list("pk", "email", "is_active", "password")),
        sorted(Organisation.objects.values_list("pk", "ods_code", "kind")),
        sorted(Resident.objects.values_list("pk", "home")),
        sorted(Bag.objects.values_list("pk", "home")),
    )


@pytest.mark.slow
def test_more_fields_than_were_asked_for_on_every_form_and_call(stage, tried):
    world, things = stage
    client, headers = signed_in(world, "manager")
    before, wrong, count = standing(), [], 0
    form = {name: str(value) for name, value in EXTRA.items()}
    for route, method, _, path, _ in calls(things):
        if method == "GET" or route == "web:sign_out":
            continue
        with transaction.atomic():
            if route.startswith("api:"):
                answer = client.generic(
                    method, path, EXTRA_JSON, content_type="application/json", headers=headers | ELSEWHERE
                )
            elif method == "POST":
                answer = client.post(path, form, headers=ELSEWHERE)
            else:
                answer = client.generic(method, path, headers=ELSEWHERE)
            after = standing()
            transaction.set_rollback(True)
        count += len(EXTRA)
        away = leads_away(answer.get("Location", "/"))
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or away or not same(before, after):
            wrong.append(f"{method} {route}: {answer.status_code} {answer.get('Location', '')}")
    assert wrong == []
    tried(count)


def same(before, after):
    """Nobody's post, password, organisation or home changed; a post that ends, or one more of ours, is no gain."""
    people, users, places, residents, bags = (set(map(tuple, each)) for each in after)
    was = [set(map(tuple, each)) for each in before]
    ours = {home for _, home in was[4]}
    return (
        people <= was[0]
        and users <= was[1]
        and places == was[2]
        and was[3] <= residents
        and was[4] <= bags
        and {home for _, home in residents | bags} <= ours
    )


def test_more_fields_in_calls_that_succeed_are_not_heard(stage, tried):
    world, _ = stage
    client, headers = signed_in(world, "carer")
    person = {"first_name": "Ann", "last_name": "Other", "date_of_birth": "1940-01-01"}
    extra = {name: value for name, value in EXTRA.items() if name not in ("home", "id", "password")}
    made = client.post("/api/v1/residents", extra | person, content_type="application/json", headers=headers)
    assert made.status_code == 201, made.content
    resident = Resident.objects.get(pk=made.json()["id"])
    assert (resident.home, resident.created_at.year) == (world.oakview, timezone.now().year)
    made = client.post("/api/v1/bags", extra | {"tracker": "OAK-9"}, content_type="application/json", headers=headers)
    assert made.status_code == 201, made.content
    assert (made.json()["state"], made.json()["home"]) == ("available", "VDEM1")
    other = client.post(
        "/api/v1/bags", {"tracker": "X-1", "home": "VDEM2"}, content_type="application/json", headers=headers
    )
    assert other.status_code == 404
    tried(2 * len(extra) + 1)


def test_every_form_without_its_secret_with_anothers_and_from_elsewhere(stage, tried):
    world, things = stage
    mine, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    secrets = []
    for client, who in ((mine, "manager"), (other, "senior")):
        secrets.append(re.search(r'csrfmiddlewaretoken" value="([^"]+)"', client.get("/sign-in").content.decode())[1])
        client.force_login(world.people[who])
    ways = (
        ({}, {}),
        ({"csrfmiddlewaretoken": secrets[1]}, {}),
        ({"csrfmiddlewaretoken": secrets[0]}, {"Origin": f"https://{EVIL}"}),
        ({"csrfmiddlewaretoken": secrets[0]}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}),
        ({"csrfmiddlewaretoken": secrets[0]}, {"Origin": "null", "Sec-Fetch-Site": "same-site"}),
    )
    taken, count = [], 0
    for route, method, _, path, _ in calls(things):
        if method == "GET":
            continue
        tried_here = ways if LONG else (ways[len(path) % len(ways)],)
        for form, headers in tried_here if route.startswith("web:") else ways[:1]:
            count += 1
            with transaction.atomic():
                if route.startswith("web:"):
                    answer = mine.post(path, form, headers=headers)
                elif Open.ANYONE in ROUTES[route].values():
                    continue  # with no session behind it, there is nothing to ride on
                else:
                    answer = mine.generic(method, path, "{}", content_type="application/json")
                transaction.set_rollback(True)
            if answer.status_code != HTTPStatus.FORBIDDEN:
                taken.append(f"{method} {route} {form} {headers}: {answer.status_code}")
    assert taken == []
    tried(count)


REDIRECTS = [
    f"//{EVIL}",
    f"///{EVIL}",
    f"////{EVIL}",
    f"\\\\{EVIL}",
    f"/\\{EVIL}",
    f"\\/{EVIL}",
    f"https://{EVIL}",
    f"https:{EVIL}",
    f"https:/{EVIL}",
    f"http:///{EVIL}",
    f"HTTPS://{EVIL}",
    f" //{EVIL}",
    f"\t//{EVIL}",
    f"/\t/{EVIL}",
    f"/%0d%0aLocation:%20https://{EVIL}",
    f"/\r\nLocation: https://{EVIL}",
    f"//testserver@{EVIL}",
    f"https://testserver@{EVIL}",
    f"https://testserver.{EVIL}",
    f"https://testserver%2f@{EVIL}",
    f"//{EVIL}%00.testserver",
    f"javascript:alert('{EVIL}')",
    f"data:text/html,{EVIL}",
    f"//{EVIL}:80/",
    f"//[::ffff:127.0.0.1]@{EVIL}",
    f"/../../..//{EVIL}",
    f"／／{EVIL}",
]


def leads_away(where):
    """Whether a browser at our sign-in page that is sent there leaves us (it reads a backslash as a stroke)."""
    there = urlsplit(urljoin("http://testserver/sign-in", where.replace("\\", "/")))
    return (there.scheme, there.netloc) != ("http", "testserver")  # Django itself refuses line breaks in a header


def test_the_way_back_after_signing_in_leads_nowhere_else(stage, tried):
    world, _ = stage
    inside, nobody = Client(), Client()
    inside.force_login(world.people["carer"])
    led = []
    for asked in REDIRECTS:
        answer = inside.get("/sign-in", {"next": asked})
        led += [f"{asked!r}: {answer['Location']!r}"] if leads_away(answer["Location"]) else []
        shown = nobody.get("/sign-in", {"next": asked}).content.decode()
        kept = re.findall(r'name="next" value="([^"]*)"', shown)
        assert kept
        led += [f"{asked!r}: form {each!r}" for each in kept if leads_away(html.unescape(each))]
    assert led == []
    tried(2 * len(REDIRECTS))


def test_another_host_is_not_answered_and_stands_in_no_page(stage, settings, tried):
    world, things = stage
    client, headers = signed_in(world, "manager")
    pages = ["/", "/residents", "/notice", f"/transfers/{things['transfer']}", "/endpoints", "/api/openapi.json"]
    settings.ALLOWED_HOSTS = ["testserver"]
    for page in pages:
        assert client.get(page, headers={"Host": EVIL}).status_code == HTTPStatus.BAD_REQUEST, page
        answer = client.get(page, headers=ELSEWHERE | headers)
        assert answer.status_code == HTTPStatus.OK, page
        assert EVIL.encode() not in read(answer), page
    tried(2 * len(pages))


@pytest.mark.parametrize("method", ["TRACK", "CONNECT", "PROPFIND", "GETT", "DEBUG", "MOVE"])
def test_words_that_are_no_method_open_nothing(stage, method, tried):
    world, things = stage
    client, headers = signed_in(world, "manager")
    for path in (
        "/residents",
        f"/residents/{things['resident']}",
        "/api/v1/residents",
        f"/api/v1/bags/{things['bag']}",
    ):
        assert client.generic(method, path, headers=headers).status_code in (404, 405, 501), path
    tried(4)


def test_an_override_of_the_method_is_not_heard(stage, tried):
    world, things = stage
    client, headers = signed_in(world, "manager")
    calls_ = (("endpoints", "endpoint"), ("devices", "device"), ("people", "membership"))
    for collection, kind in calls_:
        path = f"/api/v1/{collection}/{things[kind]}"
        before = standing()
        for method in ("GET", "POST"):
            answer = client.generic(method, f"{path}?_method=DELETE", headers=headers | ELSEWHERE)
            assert answer.status_code in (200, 404, 405), path
        assert standing() == before
    tried(2 * len(calls_))


PATHS = (
    "/static/../config/settings.py",
    "/static/..%2f..%2fconfig/settings.py",
    "/static/%2e%2e/%2e%2e/config/settings.py",
    "/static/redbag/..%5c..%5csettings.py",
    "/static//etc/passwd",
    "/b/..%2f..%2fetc%2fpasswd",
    "/s/..%2f..%2fkeys.json",
    "/p/%2e%2e%2f%2e%2e",
    "/drafts/../../keys.json",
    "/drafts/..%2f..%2fkeys.json",
    "/drafts//etc/passwd",
    "/reports/..%2f..%2f/csv",
    "/reports/custody/..%2fcsv",
    "/documents/..%2f..%2fx/file",
    "/residents/00000000-0000-0000-0000-000000000000%00/documents",
    "/residents/' OR 1=1 --",
    "/residents/${7*7}",
    "/labels/calibration/..%2f..%2fx",
    "/api/v1/scan/..%2f..%2fetc%2fpasswd",
    "/api/v1/scan/%00",
    "/api/v1/reports/..%2f..%2fx",
    "/api/v1/residents/..;/bags",
    "/.git/config",
    "/.env",
    "/var/keys.json",
    "/admin/",
    "/__debug__/",
)
FILES = (b"SECRET_KEY", b"root:", b"DATA_KEYS", b"[core]")


def test_paths_that_climb_out_reach_no_file(stage, tried):
    world, _ = stage
    client, headers = signed_in(world, "manager")
    for path in PATHS:
        answer = client.get(path, headers=headers)
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, path
        assert not any(word in read(answer) for word in FILES), path
    tried(len(PATHS))


NAMES_OF_FILES = (
    "../../../keys.json",
    "..\\..\\x.jpg",
    'a"; filename="b.html',
    "a\r\nSet-Cookie: x=1",
    "a\0.jpg",
    "/etc/x",
    "x" * 5000,
)


def test_the_name_of_a_file_that_was_sent_is_never_used(stage, tried):
    world, things = stage
    client, headers = signed_in(world, "senior")
    for name in NAMES_OF_FILES:
        with transaction.atomic():
            file = io.BytesIO(face())
            file.name = name
            made = client.post(
                f"/api/v1/residents/{things['resident']}/documents", {"file": file, "kind": "photo"}, headers=headers
            )
            assert made.status_code in (201, 422, 415, 400), (name, made.content)
            if made.status_code == HTTPStatus.CREATED:
                kept = client.get(f"/documents/{made.json()['id']}/file")
                assert re.fullmatch(r'attachment; filename="[\w.-]+"', kept["Content-Disposition"]), name
                assert "Set-Cookie" not in kept
            transaction.set_rollback(True)
    tried(len(NAMES_OF_FILES))


RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def test_no_export_holds_a_formula(stage, tried):
    world, _ = stage
    hostile = '=HYPERLINK("https://evil.example";"Click")'
    count = 0
    client, headers = signed_in(world, "manager")
    Organisation.objects.filter(pk__in=[world.oakview.pk, world.stmarys.pk, world.lifeline.pk]).update(name=hostile)
    for measure in MEASURES if LONG else MEASURES[::3]:
        for where in (f"/reports/{measure.name}/{{}}", f"/api/v1/reports/{measure.name}?format={{}}"):
            asked = headers if "api" in where else {}
            answer = client.get(where.format("csv"), headers=asked)
            assert answer.status_code == HTTPStatus.OK, where
            cells = [cell for row in csv.reader(io.StringIO(read(answer).decode())) for cell in row]
            numbers = re.compile(r"-?\d+(\.\d+)?")
            assert [cell for cell in cells if cell.startswith(RUNS) and not numbers.fullmatch(cell)] == []
            book = openpyxl.load_workbook(io.BytesIO(read(client.get(where.format("xlsx"), headers=asked))))
            assert [c.value for sheet in book for row in sheet for c in row if c.data_type == "f"] == []
            count += 2
    tried(count)


def test_a_line_break_in_an_address_or_a_name_adds_no_header_to_a_letter(stage, tried):
    world, _ = stage
    client, headers = signed_in(world, "manager")
    addresses_ = (
        "a@oakview.example\r\nBcc: x@evil.example",
        "a@oakview.example\nBcc: x@evil.example",
        "a@oakview.example%0ABcc: x@evil.example",
        "a@oakview.example,x@evil.example",
        "a@oakview.example;x@evil.example",
        '"a\r\n"@oakview.example',
    )
    for address in addresses_:
        body = {"kind": "email", "address": address, "events": []}
        answer = client.post("/api/v1/endpoints", body, content_type="application/json", headers=headers)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, address
    tried(len(addresses_))


DEEP = 100_000
BODIES = (
    "[" * DEEP + "]" * DEEP,
    '{"a":' * DEEP + "1" + "}" * DEEP,
    '{"first_name": NaN}',
    '{"first_name": Infinity, "limit": -Infinity}',
    '{"first_name": "A", "first_name": {"$ne": 1}}',
    '{"quantity": 1e400, "bag": 1e400}',
    '{"bag": ' + "9" * 5000 + "}",
    '{"bag": "\\u0000", "resident": "\\ud800"}',
    '{"__proto__": {"role": "administrator"}, "constructor": {}}',
    '"text"',
    "null",
    "[]",
    "[[]]",
    "true",
    "0",
    "",
    "\ufeff{}",
    "{",
    '{"resident": {"id": 1}, "bag": [], "items": {}, "email": [], "password": {}, "facts": 7, "sent_at": []}',
    '{"items": [1, null, "x", [[]]], "facts": [null, 1, "x", [], {"id": []}], "marks": "x", "events": {}}',
)


@pytest.mark.slow
def test_json_that_is_odd_deep_or_no_json_breaks_nothing(stage, tried):
    world, things = stage
    client, headers = signed_in(world, "manager")
    broken, count = [], 0
    posts = [(route, method, path) for route, method, _, path, _ in calls(things, of="api:") if method != "GET"]
    for place, (route, method, path) in enumerate(posts):
        for turn, body in enumerate(BODIES):
            if not LONG and (place + turn) % 10:
                continue
            with transaction.atomic():
                answer = client.generic(method, path, body, content_type="application/json", headers=headers)
                transaction.set_rollback(True)
            count += 1
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                broken.append(f"{method} {route} {body[:60]!r}: {answer.status_code}")
    assert broken == []
    tried(count)


POLLUTED = (
    "home=VDEM1&home=VDEM2",
    "home=VDEM2&home=VDEM1",
    "home[]=VDEM2",
    "home=VDEM1,VDEM2",
    "home=VDEM1%00VDEM2",
    "organisation=VDEM2",
    "organisation=VDEM1&organisation=VDEM2",
    "limit=1&limit=100000",
    "limit=-1",
    "limit=1e9",
    "cursor=x&cursor=y",
    "cursor=" + "A" * 10_000,
    "from=2026-01-01&from=x",
    "from=0000-00-00&to=9999-12-31",
    "stage=PACKED&stage=%00",
    "q=" + "x" * 100_000,
    "q=%00",
    "q=%ff%fe",
    "resident=%27%20OR%201=1",
    "__class__=x&home__isnull=false",
)


@pytest.mark.slow
def test_parameters_sent_twice_empty_or_over_long_show_nothing_of_another_home(stage, tried):
    world, things = stage
    client, headers = signed_in(world, "manager")
    lists = [(route, path) for route, method, _, path, kind in calls(things) if method == "GET" and kind is None]
    wrong, count = [], 0
    for place, (route, path) in enumerate(lists):
        for turn, query in enumerate(POLLUTED):
            if not LONG and (place + turn) % 14:
                continue
            with transaction.atomic():
                answer = send(client, "GET", f"{path}?{query}", **(headers if route.startswith("api:") else {}))
                transaction.set_rollback(True)
            count += 1
            if (
                answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
                or b"Quill" in read(answer)
                or b"MIL-1" in read(answer)
            ):
                wrong.append(f"{route} ?{query[:50]}: {answer.status_code}")
    assert wrong == []
    tried(count)


def test_whether_somebody_has_an_account_cannot_be_told_from_an_answer(stage, tried):
    def said(answer, email):
        words = re.sub(r'value="[^"]*"', "", answer.content.decode()).replace(email, "")
        return answer.status_code, re.sub(r"nonce-[\w+/=]+", "", words)

    known, unknown = "carer@test.example", "nobody@test.example"
    pages = [said(Client().post("/sign-in", {"email": who, "password": "wrong"}), who) for who in (known, unknown)]
    assert pages[0] == pages[1]
    told = [
        Client().post("/api/v1/session", {"email": who, "password": "wrong"}, content_type="application/json")
        for who in (known, unknown)
    ]
    assert told[0].status_code == told[1].status_code
    assert told[0].json() == told[1].json()
    tried(4)


def test_tokens_of_another_kind_open_nothing(stage, tried):
    _, things = stage
    for token in (
        things["text"],
        things["token"],
        things["wall"],
        "",
        "null",
        "undefined",
        "0" * 43,
        "Bearer",
        "é",
        "x" * 10_000,
    ):
        answer = Client().get("/api/v1/residents", headers=bearer(token))
        assert answer.status_code == HTTPStatus.UNAUTHORIZED, token
    tried(10)


def test_a_body_larger_than_allowed_is_turned_down(stage, settings, tried):
    world, _ = stage
    client, headers = signed_in(world, "manager")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    big = '{"first_name": "' + "x" * 5000 + '"}'
    answer = client.generic("POST", "/api/v1/residents", big, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 413)
    many = {f"f{place}": "x" for place in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
    assert client.post("/residents/new", many).status_code in (400, 413)
    tried(2)
