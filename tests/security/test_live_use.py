"""Without a named clinical safety officer every page, paper and the API's document say that it is not for live use."""

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.test import Client

from config.live_use import NOT_FOR_LIVE_USE, caution
from redbag.api.schema import document
from tests.web.journeys import pack

pytestmark = pytest.mark.django_db
ROOT = Path(settings.ROOT)


def test_only_a_name_with_a_registration_lifts_the_caution():
    assert caution("") == caution("  ") == NOT_FOR_LIVE_USE
    assert caution("Dr Jo Example, GMC 1234567") == caution("Jo Example, NMC 12A3456B") == ""
    for half in ("Dr Jo Example", "GMC 1234567", "yes", "Jo, tbc"):
        with pytest.raises(ImproperlyConfigured, match="name and a registration"):
            caution(half)


def test_it_stands_on_pages_beside_training_and_goes_when_somebody_is_named(world, settings):
    browser = Client()
    shown = ["/sign-in", "/notice", "/offline", f"/b/{world.token(world.bag)}"]
    for address in shown:
        page = browser.get(address).content.decode()
        assert page.count("Not for live use.") == 1, address
        assert "Training world" in page, address
    browser.force_login(world.people["carer"])
    assert "Not for live use." in browser.get("/").content.decode()
    settings.CAUTION = ""
    assert "Not for live use." not in browser.get("/").content.decode()


@pytest.mark.parametrize("kind", ["summary", "pack"])
def test_it_stands_on_every_page_of_a_paper(world, kind):
    browser, transfer = Client(), pack(world)
    browser.force_login(world.people["carer"])
    answer = browser.get(f"/transfers/{transfer.pk}/papers/{kind}")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    with pypdfium2.PdfDocument(BytesIO(content)) as paper:
        for page in paper:
            assert "Not for live use." in " ".join(page.get_textpage().get_text_range().split())


def test_it_stands_in_the_document_of_the_api_and_in_the_readme():
    assert NOT_FOR_LIVE_USE in document()["info"]["description"]
    assert "**Not for live use**" in (ROOT / "README.md").read_text()


def test_every_layout_asks_for_it():
    for layout in (ROOT / "redbag/templates/layouts").glob("*.html"):
        assert "{{ caution }}" in layout.read_text(), layout.name
    for sheet in (ROOT / "redbag/packs").glob("*.typ"):
        text = sheet.read_text()
        if "footer:" in text:
            assert "not_live" in text or "footer: footer(" in text, sheet.name


def test_the_easy_words_on_the_page_are_those_in_the_governance_pack(client):
    page = render_to_string("pages/notice/notice.html", {"caution": ""})
    kept = (ROOT / "docs/governance/easy-read-notice.md").read_text()
    lines = [line[2:].strip() for line in kept.splitlines() if line.startswith("- ")]
    assert len(lines) > 20
    assert [line for line in lines if line.replace("'", "&#x27;") not in page and line not in page] == []
    assert client.get("/sign-in").content.decode().count('href="/notice"') == 1
