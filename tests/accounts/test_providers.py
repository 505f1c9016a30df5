"""Signing in with another provider, against a real OpenID provider in a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from config.providers import read_providers
from redbag.accounts import providers
from redbag.accounts.identities import link, unlink
from redbag.accounts.invitations import invite
from redbag.accounts.joining_models import Identity
from redbag.accounts.providers import Asked, ProviderFailed, ask, hear, provider_named
from redbag.errors import Refused
from redbag.organisations.models import Membership, User

ENTRY = {"name": "care-id", "label": "Care identity", "client_id": "red-bag", "client_secret": "not-so-secret"}
START, BACK = "/sign-in/with/care-id", "/sign-in/with/care-id/back"


@pytest.fixture(scope="session")
def issuer():
    """The address of a provider that runs as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("openid_provider.py")), str(port)]
    env = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                requests.get(f"{address}/.well-known/openid-configuration", timeout=1)
                break
            except requests.ConnectionError:
                assert process.poll() is None, "the provider did not start"
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def provider(settings, issuer):
    settings.PUBLIC_URL = "http://testserver"
    settings.OIDC_PROVIDERS = [{**ENTRY, "issuer": issuer}]
    return provider_named("care-id")


def at_provider(address, subject=None):
    """What the provider's form sends back: the address of ours with its answer."""
    data = {"sub": subject} if subject else {"action": "deny"}
    answer = requests.post(address, data=data, allow_redirects=False, timeout=10)
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["Location"].removeprefix("http://testserver")


def through(client, subject, start=START):
    """Off to the provider, in there, and back."""
    return client.get(at_provider(client.get(start)["Location"], subject))


def words(answer):
    return " ".join(answer.content.decode().split())


def linked(world, provider, who="carer", subject="smartcard-7"):
    link(actor=world.actor(who), issuer=provider.issuer, subject=subject, now=world.now)


def test_a_linked_person_comes_in_by_a_plain_link_and_a_redirect(world, provider):
    linked(world, provider)
    client = Client()
    assert "Sign in with Care identity" in words(client.get("/sign-in"))
    away = client.get(f"{START}?next=/residents")
    sent = parse_qs(urlsplit(away["Location"]).query)
    assert (away.status_code, sent["code_challenge_method"], sent["response_type"]) == (303, ["S256"], ["code"])
    assert sent["redirect_uri"] == [f"http://testserver{BACK}"]
    came = client.get(at_provider(away["Location"], "smartcard-7"))
    assert came["Location"] == "/residents"
    assert client.session["_auth_user_id"] == str(world.people["carer"].pk)


def test_whoever_is_not_linked_is_told_what_to_do_though_the_e_mail_address_is_known(world, provider):
    client = Client()
    answer = through(client, world.people["carer"].email)  # the provider says this is their e-mail address, too
    assert answer.status_code == 409
    assert "Sign in with your password, then link it under My sign-in" in words(answer)
    assert "_auth_user_id" not in client.session


def test_a_changed_state_or_another_browser_is_refused(world, provider):
    linked(world, provider)
    client = Client()
    good = at_provider(client.get(START)["Location"], "smartcard-7")
    assert "_auth_user_id" not in Client().session
    assert Client().get(good).status_code == 409
    changed = good.replace("state=", "state=x")
    assert client.get(changed).status_code == 409
    assert client.get(good).status_code == 409  # an answer counts once
    assert "_auth_user_id" not in client.session


def test_a_nonce_that_is_not_ours_is_refused(world, provider):
    client = Client()
    address = client.get(START)["Location"]
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    replayed = at_provider(address.replace(urllib.parse.quote(nonce), "somebody-elses"), "smartcard-7")
    answer = client.get(replayed)
    assert (answer.status_code, "could not be used" in words(answer)) == (409, True)


def test_a_code_without_the_verifier_of_this_browser_is_worth_nothing(provider):
    back = f"http://testserver{BACK}"
    asked = ask(provider, back=back)
    answer = dict(urllib.parse.parse_qsl(urlsplit(at_provider(asked.address, "smartcard-7")).query))
    stolen = Asked(address=asked.address, state=asked.state, nonce=asked.nonce, verifier="v" * 64)
    with pytest.raises(ProviderFailed):
        hear(provider, answer=answer, asked=stolen, back=back)
    answer = dict(urllib.parse.parse_qsl(urlsplit(at_provider(asked.address, "smartcard-7")).query))
    assert hear(provider, answer=answer, asked=asked, back=back).subject == "smartcard-7"


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ({}, True),
        ({"client_id": "another-service"}, False),  # the token is for somebody else
        ({"require": {"acr": ["AAL3"]}}, False),  # and this one says nothing of how sure it is
    ],
)
def test_the_token_must_be_for_us_and_as_sure_as_the_deployer_asks(provider, settings, entry, fits):
    back = f"http://testserver{BACK}"
    asked = ask(provider, back=back)
    answer = dict(urllib.parse.parse_qsl(urlsplit(at_provider(asked.address, "smartcard-7")).query))
    read = providers._client(provider, back).fetch_token(
        providers._about(provider)["token_endpoint"],
        grant_type="authorization_code",
        code=answer["code"],
        code_verifier=asked.verifier,
        redirect_uri=back,
    )
    settings.OIDC_PROVIDERS = [{**settings.OIDC_PROVIDERS[0], **entry}]
    strict = provider_named("care-id")
    if fits:
        assert providers._checked(strict, read, asked.nonce)["sub"] == "smartcard-7"
        head, body, _ = read["id_token"].split(".")
        for forged in (f"{head}.{body}.AAAA", f"{head}.{body}.", "eyJhbGciOiJub25lIn0." + body + "."):
            with pytest.raises(providers.FAULTS):
                providers._checked(strict, {"id_token": forged}, asked.nonce)
        with pytest.raises(providers.FAULTS):
            providers._checked(strict, read, "another nonce")
    else:
        with pytest.raises(providers.FAULTS):
            providers._checked(strict, read, asked.nonce)


def test_who_stops_it_at_the_provider_reads_that_in_words(provider, world):
    answer = through(Client(), None)
    assert answer.status_code == 409
    assert "Care identity did not let you in, or you stopped it." in words(answer)


def test_a_provider_that_does_not_answer_is_a_page_in_words(world, settings):
    settings.OIDC_PROVIDERS = [{**ENTRY, "issuer": "http://127.0.0.1:9"}]
    answer = Client().get(START)
    assert (answer.status_code, "Start again from the sign-in page" in words(answer)) == (409, True)


def test_a_person_links_it_themself_right_after_signing_in_and_hears_of_it(world, provider, post):
    client = Client()
    client.force_login(world.people["carer"])
    assert through(client, "smartcard-8", f"{START}?for=link").status_code == 409  # nobody showed that it is them
    client = Client()
    client.post("/sign-in", {"email": world.people["carer"].email, "password": "red-bag-demo"})
    assert "Add Care identity" in words(client.get("/my-sign-in/providers"))
    through(client, "smartcard-8", f"{START}?for=link")
    assert Identity.objects.get(subject="smartcard-8").user == world.people["carer"]
    post()
    assert mail.outbox[0].to == [world.people["carer"].email]
    came = Client()
    assert through(came, "smartcard-8").status_code == 302
    assert came.session["_auth_user_id"] == str(world.people["carer"].pk)


def test_one_identity_is_one_persons_and_the_last_way_in_stays(world, provider):
    linked(world, provider)
    with pytest.raises(Refused, match="Somebody else here"):
        linked(world, provider, who="senior")
    identity = Identity.objects.get()
    unlink(actor=world.actor("senior"), identity_id=identity.pk, now=world.now)
    assert Identity.objects.filter(pk=identity.pk).exists()  # it is not theirs
    carer = world.people["carer"]
    carer.set_unusable_password()
    carer.save()
    with pytest.raises(Refused, match="you could not sign in"):
        unlink(actor=world.actor("carer"), identity_id=identity.pk, now=world.now)


def test_the_provider_counts_as_second_factor_only_where_the_deployer_says_so(world, provider, settings):
    settings.DEMO = False
    linked(world, provider, who="manager", subject="smartcard-9")
    client = Client()
    through(client, "smartcard-9")
    assert "_auth_user_id" not in client.session  # a manager must show a second one
    settings.OIDC_PROVIDERS = [{**settings.OIDC_PROVIDERS[0], "second_factor": True}]
    through(client, "smartcard-9")
    assert client.session["_auth_user_id"] == str(world.people["manager"].pk)


def test_a_provider_that_was_open_anyhow_lets_in_and_is_no_proof_to_change_anything(world, provider, settings):
    settings.OIDC_PROVIDERS = [{**settings.OIDC_PROVIDERS[0], "second_factor": True}]
    for subject in ("smartcard-7", "all-morning-7"):
        linked(world, provider, subject=subject)
    client, again = Client(), f"{START}?for=prove&next=/my-sign-in/app"
    through(client, "all-morning-7")
    assert client.get("/residents").status_code == 200
    asked = client.get("/my-sign-in/app")["Location"]
    assert f'href="{START}?for=prove&amp;next=/my-sign-in/app">Show it with Care identity' in words(client.get(asked))
    asked = parse_qs(urlsplit(client.get(again)["Location"]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["600"])
    for subject in ("all-morning-7", "of-nobody", None):
        assert through(client, subject, again).status_code == 409
        assert client.get("/my-sign-in/app").status_code == 302
    assert through(client, "smartcard-7", again)["Location"] == "/my-sign-in/app"
    assert client.get("/my-sign-in/app").status_code == 200
    assert "second_step_at" in client.session


def test_taking_a_way_in_off_asks_who_it_is_and_is_told_by_e_mail(world, provider, post):
    linked(world, provider)
    post()
    client, taken = Client(), {"identity": str(Identity.objects.get().pk)}
    client.force_login(world.people["carer"])
    page = "/my-sign-in/providers"
    assert client.post(f"{page}/remove", taken)["Location"] == f"/my-sign-in/again?next={page}"
    client.post("/my-sign-in/again", {"password": "red-bag-demo"})
    assert client.post(f"{page}/remove", taken)["Location"] == page
    assert not Identity.objects.exists()
    post()
    assert [each.to for each in mail.outbox] == [[world.people["carer"].email]] * 2


def test_somebody_invited_joins_with_it_and_presses_the_button_themself(world, provider, post):
    invite(
        actor=world.actor("manager"),
        organisation=world.oakview,
        email="bea@oakview.example",
        name="Bea New",
        role="carer",
        medicines_trained=False,
        now=timezone.now(),
    )
    client = Client()
    assert client.get(post()[0])["Location"] == "/join"
    assert "Join with Care identity" in words(client.get("/join"))
    assert through(client, "smartcard-10", f"{START}?for=join")["Location"] == "/join"
    assert not User.objects.filter(email="bea@oakview.example").exists()
    assert "You need no password here" in words(client.get("/join"))
    client.post("/join", {"name": "Bea New"})
    joined = Membership.objects.get(user__email="bea@oakview.example")
    assert (joined.role, joined.user.has_usable_password()) == ("carer", False)
    came = Client()
    through(came, "smartcard-10")
    assert came.session["_auth_user_id"] == str(joined.user_id)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"issuer": "http://id.example"}, "https"),
        ({"issuer": ""}, "issuer is missing"),
        ({"name": "Care ID"}, "small letters"),
        ({"second_factor": "yes"}, "true or false"),
        ({"parameters": {"state": "x"}}, "parameters"),
        ({"colour": "red"}, "not known"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(entry, said):
    whole = {**ENTRY, "issuer": "https://id.example", **entry}
    with pytest.raises(ImproperlyConfigured, match=said):
        read_providers(json.dumps([whole]), demo=False)
    assert read_providers("", demo=False) == []
