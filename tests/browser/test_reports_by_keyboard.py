"""Report pages by keyboard alone, on a narrow page and on paper."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.test_drafts import sign_in
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUS = """() => {
  const here = document.activeElement
  if (here === document.body || here.closest('header, footer')) return null
  const { top, bottom } = here.getBoundingClientRect()
  const seen = parseFloat(getComputedStyle(here).outlineWidth) >= 3 && bottom > 0 && top < innerHeight
  return [here.textContent.trim(), seen]
}"""


def stops_of(page):
    """What the Tab key comes by in the page's own part, from the link that skips the menu, and whether it is seen."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if here is None:
            return stops
        stops.append(here)
    raise AssertionError("The keyboard is caught.")


def test_a_manager_reads_a_report_by_keyboard_on_a_narrow_page_and_on_paper(world, page, live_server):
    in_hospital(world)
    sign_in(page, live_server.url, "manager", quote("/reports/measures/turn-round?from=2026-11-01&to=2026-11-30"))
    expect(page.get_by_role("heading", name="Month by month")).to_be_visible()
    stops = stops_of(page)
    assert [words for words, seen in stops if not seen] == []
    told = [words for words, _ in stops]
    assert told[:2] == ["Every measure", "How this is counted"]
    assert "1, Waiting for the crew, Journeys: the journeys" in told
    assert not any("Half took less" in words for words in told)  # a table that fits takes no key press

    fold = page.locator("summary", has_text="These numbers as a table")
    fold.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").last).to_contain_text("November 2026")
    page.keyboard.press("Space")

    page.emulate_media(media="print")
    expect(fold).to_be_hidden()
    expect(page.get_by_text("How this is counted")).to_be_hidden()
    expect(page.get_by_text("A number with a line under it")).to_be_hidden()
    page.emulate_media(media="screen")

    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    table = page.get_by_role("group", name="How long each part took, table")
    wide = page.get_by_text("scroll it sideways")
    expect(wide).to_have_count(2)
    expect(wide.first).to_be_hidden()
    page.set_viewport_size({"width": 700, "height": 640})
    page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    expect(wide.first).to_be_visible()
    table.focus()
    expect(table).to_be_focused()
