"""At a shared tablet a PIN changes nothing about how its owner signs in, and a full sign-in goes through both steps."""

import pytest
from django.test import Client
from django.utils import timezone

from redbag.accounts.joining_models import Identity
from redbag.accounts.second_factor_models import Authenticator, RecoveryCode
from tests.accounts.second_steps import app_of
from tests.web.test_shared_tablets import at_tablet, by_mail, enter, quick, text  # noqa: F401
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def live(settings):
    """Not the training world."""
    settings.DEMO = False


def test_a_pin_and_the_password_change_nothing_about_how_its_owner_signs_in(world, at_tablet):  # noqa: F811
    manager = world.people["manager"]
    app = app_of(manager)
    identity = Identity.objects.create(user=manager, issuer="https://id.example", subject="1", linked_at=world.now)
    enter(at_tablet, world, "manager")
    for way in ("", "?code=1"):
        asked = at_tablet.post(f"/my-sign-in/again{way}", {"password": PASSWORD, "code": app.code(timezone.now())})
        assert asked["Location"] == "/sign-in?full=1&next=%2F"
    for path in ("app", "app/remove", "codes", "passkeys", "out-elsewhere"):
        assert at_tablet.post(f"/my-sign-in/{path}")["Location"].startswith("/my-sign-in/again?"), path
    assert at_tablet.post("/my-sign-in/passkeys/asked").json()["go"].startswith("/my-sign-in/again?")
    removed = at_tablet.post("/my-sign-in/providers/remove", {"identity": str(identity.pk)})
    assert removed["Location"] == "/my-sign-in/again?code=1&next=/my-sign-in/providers"
    told = {"old": PASSWORD, "new": "a lamp in the hall"}
    assert at_tablet.post("/my-sign-in/password", told)["Location"].startswith("/sign-in?full=1")
    assert at_tablet.post("/api/v1/password", told, content_type="application/json").status_code == 403
    assert Authenticator.objects.get().secret == app.maker.secret
    assert (RecoveryCode.objects.count(), Identity.objects.count()) == (0, 1)
    assert "Sign in with your e-mail to change how you sign in" in text(at_tablet.get("/sign-in?full=1"))


@pytest.mark.parametrize("before", ["manager", "carer", "nobody"])
@pytest.mark.parametrize("locked", [False, True])
def test_who_sits_there_by_pin_does_not_stand_in_the_way_of_a_sign_in_with_two_steps(
    world,
    at_tablet,  # noqa: F811
    before,
    locked,
):
    app = app_of(world.people["manager"])
    if before != "nobody":
        enter(at_tablet, world, before)
    if locked:
        at_tablet.post("/tablet/lock")
    assert by_mail(at_tablet, world, "manager")["Location"] == "/sign-in/second-step"
    assert at_tablet.get("/sign-in/second-step").status_code == 200
    assert at_tablet.get("/residents").status_code == 302
    at_tablet.post("/sign-in/second-step", {"code": app.code(timezone.now())})
    assert at_tablet.get("/people").status_code == 200


def test_who_must_set_one_up_sets_up_their_own_and_not_that_of_who_sat_there(world, at_tablet):  # noqa: F811
    enter(at_tablet, world, "carer")
    assert by_mail(at_tablet, world, "manager")["Location"] == "/my-sign-in/app"
    shown = text(at_tablet.get("/my-sign-in/app"))
    assert "Account: manager@test.example" in shown
    assert Client().get("/my-sign-in/app")["Location"] == "/sign-in"
