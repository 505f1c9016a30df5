"""Two people at the same moment."""

import pytest

from redbag.discharges.actions import acknowledge
from redbag.discharges.models import Acknowledgement, DischargeSummary
from tests.deliveries.workers import at_once
from tests.discharges.conftest import LATER

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(transaction=True)]


def test_two_summaries_sent_at_once_become_two_versions_and_one_counts(write):
    first, second = at_once(write, write)

    assert sorted([first.version, second.version]) == [1, 2]
    assert [summary.version for summary in DischargeSummary.objects.sent()] == [2]


def test_two_carers_acknowledging_at_once_leave_one_acknowledgement(write, world):
    summary = write()
    carer, senior = world.actor("carer"), world.actor("senior")
    signed = at_once(
        *[
            lambda who=who: acknowledge(actor=who, summary=summary, name=None, role=None, now=LATER)
            for who in (carer, senior)
        ]
    )

    assert signed[0] == signed[1]
    assert Acknowledgement.objects.count() == 1
