"""E-mails about an account are owed in the transaction of what they tell."""

from datetime import datetime
from functools import partial

from django.db import transaction

from redbag.accounts import tasks
from redbag.accounts.joining_models import AccountLetter, Invitation
from redbag.queues.bells import ring


def owe_letter(
    *, kind: AccountLetter.Kind, address: str, now: datetime, invitation: Invitation | None = None, body: str = ""
) -> AccountLetter:
    """Write down that somebody is to get an e-mail, with these words or its kind's; sent once this is committed."""
    letter = AccountLetter.objects.create(
        kind=kind, address=address, body=body, invitation=invitation, written_at=now, next_attempt_at=now
    )
    transaction.on_commit(partial(ring, tasks.send_letter, letter_id=str(letter.pk)), robust=True)
    return letter
