import ast
import socket
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from redbag.deliveries import posting
from redbag.deliveries.addresses import AddressRefused, checked, reachable, refuse_inside
from tests.deliveries.receiver import receiving

INSIDE = [
    "10.0.0.1",
    "172.16.5.5",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep their secrets
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "[fe80::1]",
    "[fd00::1]",
    "[fec0::1]",
    "[::]",
    "[ff02::1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::a00:1]",
    "[2002:a00:1::]",
    "[64:ff9b:1::a00:1]",  # a gateway of one's own network (RFC 8215)
    "[::10.0.0.1]",
    "[2001:0:a00:1::]",  # Teredo
    "[fe80::1%25eth0]",
    "[fd00:ec2::254]",  # where clouds keep their secrets, again
    "167772161",  # 10.0.0.1 as one number
    "0x0a000001",
    "012.0.0.1",
    "10.1",
]
LOOPBACK = [
    "127.0.0.1",
    "127.8.8.8",
    "localhost",
    "LOCALHOST.",
    "a.localhost",
    "[::1]",
    "127.1",
    "2130706433",
    "0x7f.1",
]


@pytest.mark.parametrize("demo", [True, False])
@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_a_private_network_is_refused_everywhere(settings, demo, host):
    settings.DEMO = demo
    with pytest.raises(AddressRefused):
        checked(f"https://{host}/hook")


@pytest.mark.parametrize("host", [*LOOPBACK, "[::ffff:127.0.0.1]"])
def test_loopback_is_refused_outside_the_demo(settings, host):
    settings.DEMO = False
    with pytest.raises(AddressRefused):
        checked(f"https://{host}:8443/hook")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_is_allowed_in_the_demo_even_without_tls(settings, host, scheme):
    settings.DEMO = True

    assert checked(f"{scheme}://{host}:8080/hook").port == 8080


@pytest.mark.parametrize("demo", [True, False])
def test_everything_else_must_be_https(settings, demo):
    settings.DEMO = demo

    assert checked("https://hooks.example.org/x?y=1").hostname == "hooks.example.org"
    with pytest.raises(AddressRefused, match="https"):
        checked("http://hooks.example.org/x")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/",
        "https://",
        "https:///path",
        "https://example.org:99999/",
        "https://example.org:port/",
        "https://[::1/",
        "https://user:password@example.org/",
        "https://user@example.org/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://exämple.org/",
        "https://example.org/\x00",
        "https://example.org\\@10.0.0.1/",
        "https://example.org:22/",
        "https://example.org:25/",
        "https://example.org:0/",
        "javascript://example.org/",
        "//example.org/hook",
    ],
)
def test_an_address_that_is_no_web_address_is_refused(settings, address):
    settings.DEMO = True
    with pytest.raises(AddressRefused):
        checked(address)


@given(st.text(max_size=80))
def test_no_text_breaks_the_check(text):
    for address in (text, f"https://{text}", f"https://{text}/hook"):
        with suppress(AddressRefused):
            assert checked(address).scheme in ("http", "https")


@given(st.ip_addresses())
def test_outside_the_demo_only_global_addresses_pass(number):
    with override_settings(DEMO=False):
        try:
            refuse_inside(number)
        except AddressRefused:
            return
    assert number.is_global
    assert not number.is_multicast
    assert not number.is_private


def leading_to(monkeypatch, *numbers):
    """Have every name lead to these addresses: what a hostile name server can do at any moment."""
    asked = []

    def answer(host, port, *args, **kwargs):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def test_a_name_that_leads_inside_is_refused_at_the_moment_of_sending(settings, monkeypatch):
    settings.DEMO = False
    leading_to(monkeypatch, "93.184.215.14", "10.0.0.1")

    with pytest.raises(AddressRefused):
        reachable("hooks.example.org", 443)
    with pytest.raises(AddressRefused):
        posting.post("https://hooks.example.org/", body=b"{}", headers={})


def test_the_connection_goes_to_the_address_that_was_checked_and_the_name_is_asked_for_once(settings, monkeypatch):
    settings.DEMO = True
    with receiving() as receiver:
        port = receiver.server.server_port
        asked = leading_to(monkeypatch, "127.0.0.1")
        monkeypatch.setattr(socket, "create_connection", lambda place, timeout: pinned(place, timeout, socket.socket))

        assert posting.post(f"http://hooks.localhost:{port}/hook?a=1", body=b"{}", headers={}).status == 200

    assert asked == ["hooks.localhost"]
    [got] = receiver.got
    assert got.path == "/hook?a=1"
    assert got.headers["host"] == f"hooks.localhost:{port}"


def pinned(place, timeout, make):
    """Connect, and fail when given a name: that would be a second look-up."""
    socket.inet_aton(place[0])
    line = make()
    line.settimeout(timeout)
    line.connect(place)
    return line


def test_a_name_that_changes_its_mind_between_two_looks_is_looked_up_once(settings, monkeypatch):
    """Rebinding: the first answer is a place outside, every later one this machine."""
    settings.DEMO = False
    answers = ["93.184.215.14"]
    gone_to = []

    def answer(host, port, *args, **kwargs):
        number = answers.pop(0) if answers else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    def nobody_there(place, timeout):
        gone_to.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket, "create_connection", nobody_there)
    with receiving() as receiver, pytest.raises(ConnectionRefusedError):
        posting.post(f"https://hooks.example.org:{receiver.server.server_port}/", body=b"{}", headers={})
    assert [number for number, _ in gone_to] == ["93.184.215.14"]
    assert receiver.got == []


def test_over_tls_the_name_is_asked_for_and_a_certificate_of_another_is_refused(settings, monkeypatch):
    settings.DEMO = True
    named = []

    class Context:
        def wrap_socket(self, line, server_hostname):
            named.append(server_hostname)
            raise ssl.SSLCertVerificationError("another's certificate")

    with receiving() as receiver:
        leading_to(monkeypatch, "127.0.0.1")
        monkeypatch.setattr(ssl, "create_default_context", Context)
        with pytest.raises(ssl.SSLCertVerificationError):
            posting.post(f"https://hooks.localhost:{receiver.server.server_port}/", body=b"{}", headers={})
        assert receiver.got == []
    assert named == ["hooks.localhost"]


def test_nothing_else_in_the_service_opens_a_connection():
    """Webhooks, FHIR, text messages and pushes all go by `posting`; who signs people in reads what is configured."""
    package, reach_out = Path(posting.__file__).parents[1], {"socket", "requests", "urllib.request", "httpx", "aiohttp"}
    found = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [f"{node.module}"] if isinstance(node, ast.ImportFrom) else []
            if reach_out & set(names):
                found.add(f"{path.relative_to(package)}")
    assert found <= {"deliveries/addresses.py", "deliveries/posting.py", "accounts/providers.py"}
