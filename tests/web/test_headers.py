"""What every answer tells a browser to refuse, whatever was asked and however it ended."""

import re

import pytest
from django.conf import settings as own
from django.test import Client
from django.urls import NoReverseMatch, reverse

from redbag.documents.answering import SHUT_IN
from redbag.organisations.routes import ROUTES
from redbag.web import headers, health
from redbag.web.headers import CAMERA
from tests.inline import inline_code
from tests.web.journeys import pack

pytestmark = pytest.mark.django_db
CODE = re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>|<style|\son[a-z]+=\"|\sstyle=\"")
STRICT = {
    "default-src 'none'",
    "connect-src 'self'",
    "font-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def signed_in(world, who="manager", **options):
    client = Client(**options)
    client.force_login(world.people[who])
    return client


def policy(answer):
    return set(answer["Content-Security-Policy"].split("; "))


def plain_addresses():
    """Every address that names nothing in particular."""
    for name in ROUTES:
        try:
            yield reverse(name)
        except NoReverseMatch:
            continue


def faults(path, answer):
    """What is missing on an answer."""
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
    }
    found = [f"{path}: {name}" for name, value in wanted.items() if answer.headers.get(name) != value]
    if "microphone=()" not in answer.headers.get("Permissions-Policy", ""):
        found.append(f"{path}: Permissions-Policy")
    if answer["Content-Type"].startswith("text/html"):
        allowed = STRICT | {"script-src 'self' 'wasm-unsafe-eval'"}
        found += [f"{path}: {each}" for each in policy(answer) - allowed] + [f"{path}: {len(policy(answer))} rules"] * (
            len(policy(answer)) != len(STRICT)
        )
    elif answer["Content-Type"].startswith(("application/json", "image/", "text/plain", "application/problem")):
        found += [f"{path}: CSP of a file"] * (answer["Content-Security-Policy"] != SHUT_IN)
    if "Server" in answer.headers or "X-Powered-By" in answer.headers:
        found.append(f"{path}: says what it runs on")
    return found


def test_every_page_and_call_keeps_to_strict_headers_however_it_ends(world):
    found, asked, kinds = [], 0, set()
    for client in (signed_in(world), signed_in(world, "ward"), Client()):
        for path in [*plain_addresses(), "/nowhere", "/b/AAAA", f"/going/{world.peggy.pk}/bag"]:
            answer = client.get(path)
            found, asked = found + faults(path, answer), asked + 1
            kinds.add(answer.status_code)
    assert found == []
    assert asked > 150
    assert {200, 302, 401, 403, 404} <= kinds


def test_when_something_breaks_the_page_says_so_and_nothing_of_the_code(world, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(health, "HttpResponse", broken)
    answer = Client(raise_request_exception=False).get("/healthz")
    assert answer.status_code == 500
    assert faults("/healthz", answer) == []
    for word in (b"RuntimeError", b"the secret inside", b"Traceback", b".py"):
        assert word not in answer.content


def test_a_host_that_is_not_ours_is_refused_without_a_word_of_why(world):
    answer = Client(raise_request_exception=False).get("/sign-in", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil.example" not in answer.content
    assert faults("/sign-in", answer) == []


def test_the_camera_is_for_pages_that_scan_and_those_may_run_the_reader(world):
    carer = signed_in(world, "carer")
    transfer = pack(world, no_bag=True)
    pages = {"/scan", "/offline", f"/going/{transfer.pk}/bag"}
    for page in (*pages, "/", "/residents", f"/transfers/{transfer.pk}"):
        answer = carer.get(page)
        scans = page in pages
        assert ("camera=(self)" in answer["Permissions-Policy"]) is scans, page
        assert ("'wasm-unsafe-eval'" in answer["Content-Security-Policy"]) is scans, page
        assert (b'data-module="scan"' in answer.content) <= scans, page
    assert {carer.get(page).resolver_match.view_name for page in pages} == CAMERA


def test_pages_of_persons_are_kept_by_no_browser(world):
    carer = signed_in(world, "carer")
    for path in ("/", "/residents", f"/residents/{world.peggy.pk}", "/api/v1/me"):
        assert "no-store" in carer.get(path)["Cache-Control"], path


def test_signing_out_clears_what_the_browser_kept_but_not_what_waits_to_be_sent(world, monkeypatch):
    monkeypatch.setattr(headers.settings, "SECURE", True, raising=False)
    answer = signed_in(world, "carer").post("/sign-out")
    assert answer["Clear-Site-Data"] == '"cache"'


def test_no_script_can_read_a_cookie_and_no_other_site_send_it(world, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    carer = signed_in(world, "carer")
    set_by = [carer.get("/sign-in"), carer.get("/"), carer.get("/scan"), carer.post("/board/public", {})]
    cookies = [cookie for answer in set_by for cookie in answer.cookies.values()]
    cookies += Client().get("/sign-in").cookies.values()
    assert cookies
    for cookie in cookies:
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax"), cookie.key


def test_a_form_from_another_site_is_refused(world):
    carer = signed_in(world, "carer", enforce_csrf_checks=True)
    for told in ({"origin": "https://evil.example"}, {"origin": "null", "sec-fetch-site": "cross-site"}, {}):
        assert carer.post("/sign-out", headers=told).status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "<script>go()</script>",
        '<p onclick="go()">',
        '<p style="color: red">',
        "<style>p { color: red }</style>",
        '<a href="javascript:go()">',
        '<base href="/elsewhere/">',
        '<script src="https://elsewhere.example/a.js"></script>',
    ],
)
def test_code_inside_a_page_is_found(page):
    assert inline_code(f"<html>{page}</html>") != []
    assert inline_code('<script src="/a.js" type="module"></script><script type="application/json">{}</script>') == []


def test_no_template_holds_code_either():
    """What no test asks for yet."""
    pages = (own.ROOT / "redbag/templates").rglob("*.html")
    assert {page.name: found for page in pages if (found := CODE.findall(page.read_text()))} == {}
