"""Going back before attorneys were rows loses none of their words."""

from importlib import import_module

import pytest
from django.apps import apps

from redbag.summaries.actions import write_sections
from redbag.summaries.models import CurrentSection

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
ROWS = [
    {"name": "Anne Jones", "kind": "Health and welfare", "seen": "Seen by J. Hall 3 May", "phone": "01632 960111"},
    {"name": "Bob Jones", "kind": "", "seen": "", "phone": ""},
]


def test_every_word_of_an_attorney_is_kept_backwards(world):
    moved = import_module("redbag.migrations.0004_more_append_only")
    contents = {"legal": {"attorneys": ROWS}}
    write_sections(actor=world.actor("senior"), resident=world.peggy, contents=contents, seen={}, now=world.now)
    moved.attorneys_as_words(apps, None)
    words = "Anne Jones, Health and welfare, Seen by J. Hall 3 May, 01632 960111; Bob Jones"
    assert CurrentSection.objects.get(section="legal").content["attorney"] == words
    moved.attorneys_as_rows(apps, None)
    assert CurrentSection.objects.get(section="legal").content["attorneys"][0]["name"] == words
