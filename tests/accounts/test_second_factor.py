"""What a typed code proves, and how often."""

from datetime import timedelta

import pytest
from django.db import connection

from redbag.accounts import step_letters
from redbag.accounts.codes import PAPER_LENGTH, PAPER_LETTERS, grouped, new_paper_code, new_secret, step_of
from redbag.accounts.joining_models import AccountLetter
from redbag.accounts.lettering import send_letter
from redbag.accounts.owing import owe_letter
from redbag.accounts.passkeys import add_passkey
from redbag.accounts.recovery import codes_left, make_codes, take_recovery_code
from redbag.accounts.second_factor import WrongCode, confirm_app, remove_app, reset, standing, take_code
from redbag.accounts.second_factor_models import Authenticator, RecoveryCode
from redbag.errors import NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.organisations.actions import open_session
from redbag.organisations.keys import actor_with
from redbag.organisations.models import Membership, Role
from redbag.organisations.throttling import TooOften
from tests.accounts.second_steps import App, app_of
from tests.world import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def actions_of(user):
    return list(Entry.objects.filter(subject_id=user.pk).order_by("pk").values_list("action", flat=True))


def letters_to(user):
    return sorted(AccountLetter.objects.filter(address=user.email).values_list("kind", flat=True))


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off_and_no_more(steps, fits):
    secret = new_secret()
    digits = App(secret).code(NOW, steps=steps)
    assert (step_of(digits, secret=secret, now=NOW, after=0) is not None) == fits


def test_a_code_on_paper_is_too_long_to_guess():
    assert len(PAPER_LETTERS) ** PAPER_LENGTH > 2**112  # OWASP ASVS 5, 6.5.2: so much may be kept as a plain digest
    code = new_paper_code()
    assert grouped(code).replace(" ", "") == code


def test_the_digits_of_the_app_are_taken_once_and_none_from_before(world):
    carer = world.people["carer"]
    app = app_of(carer)
    assert take_code(user=carer, typed=app.code(NOW, steps=1), now=NOW) == "app"
    for steps in (1, 0, -1):
        with pytest.raises(WrongCode):
            take_code(user=carer, typed=app.code(NOW, steps=steps), now=NOW)
    later = NOW + timedelta(minutes=1)
    assert take_code(user=carer, typed=f" {app.code(later)[:3]} {app.code(later)[3:]}", now=later) == "app"
    assert actions_of(carer) == ["second_factor.used", *3 * ["second_factor.wrong"], "second_factor.used"]


def test_codes_of_somebody_else_prove_nothing(world):
    carer, senior = world.people["carer"], world.people["senior"]
    app_of(carer)
    theirs, codes = app_of(senior), make_codes(user=senior, now=NOW)
    for typed in (theirs.code(NOW), codes[0], "", "000000 ٠٠٠"):
        with pytest.raises(WrongCode):
            take_code(user=carer, typed=typed, now=NOW)
    assert codes_left(senior) == 10


def test_wrong_codes_lock_the_account_and_the_person_is_told_once(world):
    carer = world.people["carer"]
    app = app_of(carer)
    for _ in range(5):
        with pytest.raises(WrongCode):
            take_code(user=carer, typed=app.wrong(NOW), now=NOW)
    for _ in range(2):
        with pytest.raises(TooOften):
            take_code(user=carer, typed=app.code(NOW), now=NOW)
    assert letters_to(carer) == ["step_guessed"]
    assert actions_of(carer) == [*5 * ["second_factor.wrong"], "second_factor.locked"]
    assert set(Entry.objects.filter(subject_id=carer.pk).values_list("organisation_id", flat=True)) == {
        world.oakview.pk
    }, "their manager reads it"
    assert take_code(user=world.people["senior"], typed=app_of(world.people["senior"]).code(NOW), now=NOW) == "app"


def test_a_recovery_code_works_once_in_any_writing_and_new_ones_end_the_old(world):
    carer = world.people["carer"]
    app_of(carer)
    old = make_codes(user=carer, now=NOW)
    assert len(set(old)) == 10
    assert take_code(user=carer, typed=old[0].lower().replace(" ", "-"), now=NOW) == "recovery"
    assert not take_recovery_code(user=carer, typed=old[0], now=NOW)
    assert codes_left(carer) == 9
    new = make_codes(user=carer, now=NOW)
    assert not take_recovery_code(user=carer, typed=old[1], now=NOW)
    assert take_recovery_code(user=carer, typed=new[1], now=NOW)
    assert letters_to(carer) == ["code_used", "code_used", "codes_made", "codes_made"]


def test_nothing_that_lets_anybody_in_can_be_read_in_the_database(world):
    carer = world.people["carer"]
    secret = new_secret()
    codes = confirm_app(user=carer, secret=secret, typed=App(secret).code(NOW), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM redbag_authenticator")
        assert secret not in cursor.fetchone()[0]
    kept = list(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(kept) == 10
    assert not {code.replace(" ", "") for code in codes} & set(kept)


def test_an_app_counts_only_once_it_has_shown_a_right_code(world):
    carer = world.people["carer"]
    secret = new_secret()
    with pytest.raises(WrongCode):
        confirm_app(user=carer, secret=secret, typed=App(secret).wrong(NOW), now=NOW)
    assert not standing(carer).has_one
    assert len(confirm_app(user=carer, secret=secret, typed=App(secret).code(NOW), now=NOW)) == 10
    assert standing(carer).app
    with pytest.raises(WrongCode):
        take_code(user=carer, typed=App(secret).code(NOW), now=NOW)
    assert letters_to(carer) == ["codes_made", "step_added"]
    newer = new_secret()
    assert confirm_app(user=carer, secret=newer, typed=App(newer).code(NOW), now=NOW) == []


def test_what_must_be_the_first_second_step_is_refused_beside_another(world):
    carer, secret = world.people["carer"], new_secret()
    own = app_of(carer)
    with pytest.raises(Refused, match="You have a second step by now"):
        confirm_app(user=carer, secret=secret, typed=App(secret).code(NOW), first=True, now=NOW)
    with pytest.raises(Refused, match="You have a second step by now"):
        add_passkey(user=carer, name="my phone", kept={}, answer="{}", first=True, now=NOW)
    assert Authenticator.objects.get().secret == own.maker.secret


def test_who_must_have_a_second_step_keeps_one(world, settings):
    settings.DEMO = False
    must = {who for who, user in world.people.items() if standing(user).required}
    assert must == {"manager", "administrator", "auditor", "millbrook_manager"}
    carer, manager = world.people["carer"], world.people["manager"]
    for user in (carer, manager):
        app_of(user)
    make_codes(user=carer, now=NOW)
    with pytest.raises(Refused):
        remove_app(user=manager, now=NOW)
    remove_app(user=carer, now=NOW)
    assert standing(manager).app
    assert (standing(carer).app, standing(carer).codes_left) == (False, 0)
    settings.DEMO = True
    assert not standing(manager).required


def test_a_manager_takes_off_a_colleagues_second_step_and_never_more(world):
    people, actor = world.people, world.actor("manager")
    app_of(people["carer"])

    def ask(who, by=actor):
        reset(actor=by, membership=Membership.objects.get(user=people[who], organisation=world.oakview), now=NOW)

    with pytest.raises(Refused, match="own second step first"):
        ask("carer")
    app_of(people["manager"])
    with pytest.raises(Refused, match="your own second step"):
        ask("manager")
    with pytest.raises(NotAllowed):
        ask("carer", by=world.actor("senior"))
    app_of(people["millbrook_manager"])
    with pytest.raises(NotAllowed):
        ask("carer", by=world.actor("millbrook_manager"))
    Membership.objects.create(user=people["senior"], organisation=world.area, role=Role.AUDITOR, started_at=NOW)
    app_of(people["senior"])
    with pytest.raises(Refused, match="also work"):
        ask("senior")
    assert standing(people["senior"]).app
    token, facts_token = open_session(user=people["carer"], now=NOW)
    ask("carer")
    assert not standing(people["carer"]).has_one
    assert actor_with(token, now=NOW) is None
    assert actor_with(facts_token, now=NOW), "what waits on a phone still arrives"
    assert letters_to(people["carer"]) == ["step_reset"]
    written = Entry.objects.get(action="second_factor.reset")
    assert (written.actor_id, written.organisation_id) == (people["manager"].pk, world.oakview.pk)


@pytest.mark.parametrize("kind", list(step_letters.WORDS))
def test_every_change_is_told_in_a_mail_that_holds_no_secret(world, mailoutbox, settings, kind):
    letter = owe_letter(kind=kind, address=world.people["carer"].email, now=NOW)
    assert send_letter(str(letter.pk), now=lambda: NOW)
    (mail,) = mailoutbox
    assert mail.to == [world.people["carer"].email]
    assert settings.PUBLIC_URL in mail.body
    assert "{" not in mail.body
