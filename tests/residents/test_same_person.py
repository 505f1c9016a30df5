"""Which records are looked at for one person twice: few, and the ones that matter."""

from datetime import timedelta

import pytest

from redbag.residents.models import Resident
from redbag.residents.same_person import MOST, worth_comparing

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def add(world, last_name, born, **more):
    return Resident.objects.create(
        home=world.oakview, first_name="Margaret", last_name=last_name, date_of_birth=born, created_at=world.now, **more
    )


def test_only_close_records_are_read_and_never_more_than_fifty(world, django_assert_num_queries):
    born, other = world.peggy.date_of_birth, world.peggy.date_of_birth + timedelta(days=400)
    long_ago, lately = world.now - timedelta(days=366), world.now - timedelta(days=364)
    wanted = [add(world, "Zeal", born), add(world, "johns", other), add(world, "Jonas", other, archived_at=lately)]
    add(world, "Jones", born, archived_at=long_ago)
    add(world, "Zeal", other)
    others = Resident.objects.filter(home=world.oakview, first_name="Margaret").exclude(pk=world.peggy.pk)
    with django_assert_num_queries(1):
        found = list(worth_comparing(world.peggy, others, now=world.now))
    assert found[0] == wanted[0]
    assert set(found) == set(wanted)
    for each in range(MOST):
        add(world, f"Ja{each}", other)
    found = list(worth_comparing(world.peggy, others, now=world.now))
    assert len(found) == MOST
    assert found[0] == wanted[0]
