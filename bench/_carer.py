"""A carer at a tablet: every tap is counted, and everything typed is typed letter by letter."""

import time


class Carer:
    """Taps and types in a page as a person would.

    `think` seconds go by before each tap (to find the next thing on a page), `letter` seconds for each letter. The key
    of the on-screen keyboard that goes to the next box is no tap.
    """

    def __init__(self, page, *, think: float = 0.0, letter: float = 0.0):
        self.page, self.think, self.letter = page, think, letter
        self.taps = self.letters = 0

    def tap(self, target) -> None:
        """Tap one thing, and wait for the page that comes of it."""
        time.sleep(self.think)
        target.first.click()
        self.page.wait_for_load_state()
        self.taps += 1

    def write(self, words: str) -> None:
        """Type where the cursor is."""
        self.page.keyboard.type(words, delay=self.letter * 1000)
        self.letters += len(words)

    def next_box(self) -> None:
        """The key of the keyboard that goes to the next box."""
        self.page.keyboard.press("Tab")


def pack(carer: Carer, *, who: str, bag: str, why: str, seen_well: str, hospital: str, signs: tuple = ()) -> None:
    """From the board to *Ready*: a known resident, why in a sentence, last seen well, family told, the bag, as usual.

    `signs` are breaths, oxygen, blood pressure, pulse and temperature; without them nobody opens vital signs.
    """
    page = carer.page
    carer.tap(page.get_by_role("link", name="Someone is going to hospital"))
    carer.tap(page.get_by_role("button", name=who))
    carer.tap(page.get_by_role("button", name="Go on", exact=True).locator("visible=true"))
    carer.tap(page.locator("#concern"))
    carer.write(why)
    carer.next_box()
    carer.write(seen_well)
    carer.tap(page.locator("label[for='told-0']"))
    page.locator("#destination").select_option(label=hospital)
    carer.taps += 2  # a list opens, and something in it is tapped
    time.sleep(2 * carer.think)
    if signs:
        _take_signs(carer, signs)
    carer.tap(page.get_by_role("button", name="Save and go on"))
    still_right = page.get_by_role("button", name="still right: go on")
    carer.tap(still_right if still_right.count() else page.get_by_role("link", name="Go on to the bag"))
    carer.tap(page.get_by_role("button", name=bag))
    carer.tap(page.get_by_role("button", name="as usual: go on"))
    page.get_by_role("heading", name="Ready to go").wait_for()


def _take_signs(carer: Carer, signs: tuple) -> None:
    page = carer.page
    carer.tap(page.get_by_text("No kit here?"))
    carer.tap(page.locator("#respiratory_rate"))
    for place, reading in enumerate(signs):
        if place:
            carer.next_box()
        carer.write(reading)
    carer.tap(page.get_by_role("radio", name="Air", exact=True))
    carer.tap(page.get_by_role("radio", name="Alert", exact=True))
