"""A hand-over code follows from a secret and the time, is void after five wrong tries, and dies with a lost tablet."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.fernet import Fernet

from redbag.organisations.models import HouseRules
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.handover_codes import (
    code_at,
    code_of,
    is_void,
    proves,
    secret_of,
    shown_step,
    step_at,
    wrong_try,
)

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

FIVE_PAST_STEP = datetime(2026, 11, 22, 2, 1, tzinfo=UTC)


@pytest.fixture
def packed(world):
    return pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy, bag=world.bag), now=world.now)[0]


def test_a_tablet_with_the_homes_secret_shows_the_same_code(world, packed):
    secret = secret_of(world.oakview)
    step = int(FIVE_PAST_STEP.timestamp()) // 300
    journey = hmac.new(secret, str(packed.pk).encode(), hashlib.sha256).digest()
    digest = hmac.new(journey, str(step).encode(), hashlib.sha256).digest()
    assert code_at(packed, FIVE_PAST_STEP) == (
        f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}",
        datetime(2026, 11, 22, 2, 5, tzinfo=UTC),
    )


def test_a_tablet_out_of_signal_since_a_new_key_came_shows_codes_that_count_until_the_old_key_goes(
    world, packed, settings
):
    secret = secret_of(world.oakview)
    code = code_of(secret, packed.pk, step_at(FIVE_PAST_STEP))
    settings.LABEL_KEYS = [Fernet.generate_key().decode(), *settings.LABEL_KEYS]
    assert secret_of(world.oakview) != secret
    assert proves(packed, code, FIVE_PAST_STEP)
    assert proves(packed, code_at(packed, FIVE_PAST_STEP)[0], FIVE_PAST_STEP)
    settings.LABEL_KEYS = settings.LABEL_KEYS[:1]
    assert not proves(packed, code, FIVE_PAST_STEP)


def test_the_digits_never_change_for_the_same_secret_and_time():
    """Tablets compute this on their own: these numbers stand in tests/js too."""
    assert code_of(b"\x01" * 32, UUID("00000000-0000-4000-8000-000000000001"), 5_970_000) == "102708"


def test_a_code_counts_within_one_step_of_when_it_happened_and_not_beyond(world, packed):
    code, _ = code_at(packed, FIVE_PAST_STEP)
    for minutes, right in ((-7, False), (-5, True), (0, True), (5, True), (10, False)):
        assert proves(packed, code, FIVE_PAST_STEP + timedelta(minutes=minutes)) is right, minutes
    assert proves(packed, f" {code[:3]} {code[3:]} ", FIVE_PAST_STEP)
    assert not proves(packed, "", FIVE_PAST_STEP)


def test_another_journey_has_another_code(world, packed):
    other, _ = pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.arthur), now=world.now)
    assert code_at(other, FIVE_PAST_STEP)[0] != code_at(packed, FIVE_PAST_STEP)[0]


def test_a_lost_tablet_proves_nothing_once_the_generation_went_up(world, packed):
    old = code_at(packed, FIVE_PAST_STEP)[0]
    HouseRules.objects.create(organisation=world.oakview, handover_generation=1)
    assert not proves(packed, old, FIVE_PAST_STEP)
    assert proves(packed, code_at(packed, FIVE_PAST_STEP)[0], FIVE_PAST_STEP)
    assert code_at(packed, FIVE_PAST_STEP)[0] == code_of(secret_of(world.oakview), packed.pk, step_at(FIVE_PAST_STEP))


def test_five_wrong_tries_void_the_code_and_the_next_one_is_shown(world, packed):
    guessed, _ = code_at(packed, FIVE_PAST_STEP)
    step = step_at(FIVE_PAST_STEP)
    assert [wrong_try(packed, step) for _ in range(4)] == [1, 2, 3, 4]
    assert (is_void(packed, step), proves(packed, guessed, FIVE_PAST_STEP)) == (False, True)
    wrong_try(packed, step)
    assert (is_void(packed, step), proves(packed, guessed, FIVE_PAST_STEP)) == (True, False)
    shown, until = code_at(packed, FIVE_PAST_STEP)
    assert (shown_step(packed, FIVE_PAST_STEP), until) == (step + 1, datetime(2026, 11, 22, 2, 10, tzinfo=UTC))
    assert shown != guessed
    assert proves(packed, shown, FIVE_PAST_STEP)


def test_where_the_next_one_is_guessed_at_too_there_is_none_for_now(world, packed):
    step = step_at(FIVE_PAST_STEP)
    for each in (step, step + 1):
        for _ in range(5):
            wrong_try(packed, each)
    assert code_at(packed, FIVE_PAST_STEP) == ("", datetime(2026, 11, 22, 2, 5, tzinfo=UTC))
    assert not proves(packed, code_of(secret_of(world.oakview), packed.pk, step), FIVE_PAST_STEP)


def test_a_void_code_of_one_journey_leaves_the_others_alone(world, packed):
    other, _ = pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.arthur), now=world.now)
    for _ in range(5):
        wrong_try(other, step_at(FIVE_PAST_STEP))
    assert proves(packed, code_at(packed, FIVE_PAST_STEP)[0], FIVE_PAST_STEP)


def test_the_code_costs_one_statement(packed, django_assert_num_queries):
    with django_assert_num_queries(1):
        code_at(packed, FIVE_PAST_STEP)
