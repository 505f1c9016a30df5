"""Letters about accounts, sent at once and read."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from redbag.accounts import lettering

LINK = re.compile(r"https?://[^/\s]+(/\S+)")


@pytest.fixture
def post():
    """Sends every letter that is due, and answers the links in those that went."""

    def send(now=None):
        before = len(mail.outbox)
        at = now or timezone.now()
        for letter in lettering.letters_due(now=at):
            lettering.send_letter(letter, now=lambda: at)
        return [LINK.search(each.body)[1] for each in mail.outbox[before:]]

    return send
