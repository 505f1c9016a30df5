"""What was told of something is taken back: its document is gone, and nothing of it goes out or can be sent again."""

from datetime import datetime
from uuid import UUID

from redbag.deliveries.fhir_letters import TAKEN_BACK
from redbag.deliveries.models import Delivery, Letter

State = Delivery.State


def take_back(subject: UUID, *, by: str, note: str, now: datetime) -> int:
    """Take back every letter about a subject, in the caller's transaction; how many there were.

    What was still owed is settled with the note. One that a worker has in hand tells a FHIR server at its next try that
    it was entered in error. What is told of the subject after this says the same of all that went before.
    """
    letters = Letter.objects.select_for_update().filter(subject_id=subject).order_by("pk")
    for letter in letters:
        letter.ids, letter.document = letter.ids | {TAKEN_BACK: True}, ""
        letter.save(update_fields=["ids", "document"])
    owed = Delivery.objects.filter(letter__in=[each.pk for each in letters], state__in=[State.DUE, State.PARKED])
    settled = {"state": State.FAILED, "settled_at": now, "settled_by_name": by, "settled_note": note}
    owed.update(**settled, next_attempt_at=None, lease_until=None)
    return len(letters)
