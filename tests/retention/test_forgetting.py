"""What goes by itself goes in time, and not of somebody on a legal hold."""

import uuid
from datetime import timedelta

import pytest
import time_machine

from redbag.api.models import Answer
from redbag.api.tasks import forget_answers
from redbag.discharges.copying import begin_copy
from redbag.discharges.models import LetterCopy
from redbag.drafts.models import Draft
from redbag.retention.holds import lift_hold, place_hold
from redbag.retention.tasks import forget_drafts, forget_letter_copies

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_no_task_forgets_what_is_held_back(world):
    for resident in (world.peggy, world.arthur):
        begin_copy(actor=world.actor("carer"), resident=resident, now=world.now)
        place = f"section/{resident.pk}/allergies"
        Draft.objects.create(owner=world.people["carer"], place=place, content="x", saved_at=world.now)
        body = f'{{"resident": "{resident.pk}"}}'
        Answer.objects.create(caller=uuid.uuid4(), key="k", request_digest="0", status=200, body=body, at=world.now)
    manager = world.actor("manager")
    told = {"asked_by": "HM Coroner", "reference": "7/26", "reason": "Inquest"}
    hold = place_hold(actor=manager, home=world.oakview, resident=world.peggy, now=world.now, **told)

    def left_after_forgetting():
        with time_machine.travel(world.now + timedelta(days=8), tick=False):
            for task in (forget_drafts, forget_letter_copies, forget_answers):
                task()
        return (Draft.objects.count(), LetterCopy.objects.count(), Answer.objects.count())

    assert left_after_forgetting() == (1, 1, 1)
    assert str(world.peggy.pk) in Draft.objects.get().place
    lift_hold(actor=manager, hold=hold, why="The inquest is over", now=world.now)
    assert left_after_forgetting() == (0, 0, 0)
