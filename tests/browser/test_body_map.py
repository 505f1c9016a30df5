"""The body map in a real Chromium: by taps, by keyboard alone, and by its names. axe looks on."""

import pytest
from playwright.sync_api import expect

from redbag.summaries import skin
from redbag.summaries.body_parts import place_name
from tests.browser.test_whole_journey import PHONE, people  # noqa: F401  (a fixture)
from tests.summaries.test_marks import mark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def at_the_map(world, people, **more):  # noqa: F811
    carer = people("carer@test.example", **more)
    carer.page.goto(f"/residents/{world.peggy.pk}/body-map")
    return carer


def tap(page, side, x, y):
    """Tap a picture at so many thousandths of its width and height."""
    picture = page.locator(f'[data-side="{side}"] svg')
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.click(box["x"] + box["width"] * x / 1000, box["y"] + box["height"] * y / 1000)


def test_a_tap_in_the_picture_says_where_the_mark_is(world, people):  # noqa: F811
    carer = at_the_map(world, people, size=PHONE)
    page = carer.page
    carer.looked_at("body map, empty")
    expect(page.get_by_text("Tap the picture to add a mark there.")).to_be_visible()
    tap(page, "back", 380, 700)
    expect(page.get_by_label("Where is it?")).to_have_value("left back of knee")
    tap(page, "back", 500, 490)
    expect(page.get_by_label("Where is it?")).to_have_value("sacrum")
    page.locator(".bm-kinds label", has_text="Pressure area").click()
    page.get_by_label("which category?").select_option(label="Category 2")
    carer.looked_at("a mark, tapped")
    carer.press("Keep this mark")
    expect(page.get_by_role("img", name="Back of the body: mark 1: pressure area category 2, sacrum")).to_be_visible()
    carer.looked_at("body map, one mark")
    (kept,) = skin.latest_map(world.peggy).marks
    assert abs(kept["x"] - 500) < 8
    assert abs(kept["y"] - 490) < 8
    tap(page, "back", 500, 490)
    expect(page.get_by_role("heading", name="Change a mark")).to_be_visible()


def test_by_keyboard_alone_a_mark_is_added_from_the_list_and_moved_by_the_arrow_keys(world, people):  # noqa: F811
    page = at_the_map(world, people).page
    press_tab_until(page, "link", "Add a mark")
    page.keyboard.press("Enter")
    press_tab_until(page, "combobox", "Where is it?")
    page.keyboard.type("Left forearm, fr")
    page.keyboard.press("Tab")
    press_tab_until(page, "radio", "Bruise")
    page.keyboard.press("Space")
    press_tab_until(page, "button", "Cross on the picture: left forearm, front. Arrow keys move it.")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_role("status").filter(has_text="left wrist, front")).to_be_attached()
    expect(page.get_by_role("button", name="Cross on the picture: left wrist, front")).to_be_focused()
    expect(page.get_by_label("Where is it?")).to_have_value("left wrist, front")
    page.keyboard.press("ArrowLeft")
    press_tab_until(page, "button", "Keep this mark", backwards=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Mark 1: bruise, left wrist, front")).to_be_visible()
    (kept,) = skin.latest_map(world.peggy).marks
    assert (kept["x"], kept["y"]) == (830 - 10, 475 + 100)


def press_tab_until(page, role, name, *, backwards=False):
    """Go on with the Tab key until the thing of this name has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(60):
        if wanted.count() and wanted.first.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    pytest.fail(f"the Tab key never came to the {role} {name}")


def test_the_picture_and_the_list_have_the_same_numbers_for_those_who_listen(world, people):  # noqa: F811
    marks = [mark(first_seen="2026-11-03"), mark("pressure", "sacrum", id=str(world.peggy.pk), category="2")]
    skin.look_at_skin(actor=world.actor("carer"), resident=world.peggy, moment="home", marks=marks, now=world.now)
    page = at_the_map(world, people).page
    expect(page.get_by_role("link", name="Mark 1: bruise, left forearm, front, since 3 Nov 2026")).to_be_visible()
    expect(page.get_by_role("link", name="Mark 2: pressure area category 2, sacrum")).to_be_visible()
    front = "Front of the body: mark 1: bruise, left forearm, front, since 3 Nov 2026"
    expect(page.get_by_role("img", name=front, exact=True)).to_be_visible()
    back = "Back of the body: mark 2: pressure area category 2, sacrum"
    expect(page.get_by_role("img", name=back, exact=True)).to_be_visible()


def test_the_picture_knows_the_same_places_as_the_server(world, people):  # noqa: F811
    page = at_the_map(world, people).page
    page.goto(f"/residents/{world.peggy.pk}/body-map/marks")
    for side, x, y in (("front", 330, 280), ("front", 670, 280), ("back", 330, 280), ("back", 160, 470)):
        tap(page, side, x, y)
        expect(page.get_by_label("Where is it?")).to_have_value(place_name(side, x, y))


def test_targets_are_large_enough_and_nothing_runs_off_a_narrow_screen(world, people):  # noqa: F811
    carer = at_the_map(world, people, size={"width": 320, "height": 700})
    for address in ("", "/marks?side=back&x=500&y=489"):
        carer.page.goto(f"/residents/{world.peggy.pk}/body-map{address}")
        assert carer.page.evaluate("document.documentElement.scrollWidth") == 320
        for each in carer.page.locator(
            ".bm-cross, .bm-kinds label, .bm-today button, .bm-map a, .bm-form select"
        ).all():
            if each.is_visible():
                assert each.bounding_box()["height"] >= 47.5, each.inner_text()
