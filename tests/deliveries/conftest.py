from datetime import datetime
from uuid import uuid4

import pytest

from redbag.deliveries import actions
from redbag.deliveries.models import Delivery, Endpoint
from redbag.organisations.models import Role
from tests.deliveries.people import START, Clock, organisation, person
from tests.deliveries.receiver import receiving


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def oakview(db):
    return organisation("VTST1", "Oakview")


@pytest.fixture
def millbrook(db):
    return organisation("VTST2", "Millbrook House")


@pytest.fixture
def manager(oakview):
    return person("Mary", Role.HOME_MANAGER, oakview)


@pytest.fixture
def carer(oakview):
    return person("Ana", Role.CARER, oakview)


@pytest.fixture
def stranger(millbrook):
    return person("Sam", Role.HOME_MANAGER, millbrook)


@pytest.fixture
def add(manager, oakview):
    """Add an endpoint at Oakview."""

    def adding(address, *, kind="webhook", events=(), fallback_of=None) -> Endpoint:
        endpoint, _ = actions.add_endpoint(
            actor=manager,
            organisation=oakview,
            kind=kind,
            address=address,
            events=list(events),
            fallback_of=fallback_of,
            now=START,
        )
        return endpoint

    return adding


@pytest.fixture
def news(oakview):
    """Have news for Oakview; gives the deliveries it led to."""

    def telling(*, type="discharge_summary.available", now: datetime = START) -> list[Delivery]:
        subject = uuid4()
        return actions.post_letters(
            organisations=[oakview.pk],
            type=type,
            subject_id=subject,
            path=f"/api/v1/discharge-summaries/{subject}",
            ids={"discharge_summary": str(subject)},
            now=now,
        )

    return telling
