"""The scan page reads a printed label through a real camera picture, in a real Chromium."""

import io

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import expect

from redbag.bags.layouts import Label
from redbag.bags.sheets import draw
from tests.conftest import CHROMIUM
from tests.web.journeys import pack
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CAMERA = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


def picture(url: str) -> bytes:
    """A label as a camera sees it: printed, a little tilted, on a grey table."""
    page = draw(
        layout="roll62", labels=[Label(tracker="OAK-1", url=url, code="7K3M-Q9XP-1", home_phone="01632 960001")]
    )
    return in_the_camera(pypdfium2.PdfDocument(page)[0].render(scale=3).to_pil().convert("RGB"))


def in_the_camera(printed: Image.Image) -> bytes:
    """A printed label in a frame of JPEG."""
    printed.thumbnail((440, 440))
    frame = Image.new("RGB", (640, 480), "#777")
    frame.paste(printed.rotate(7, expand=True, fillcolor="#777"), (150, 5))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=85)
    return out.getvalue()


@pytest.fixture
def phone(playwright, tmp_path, live_server):
    """Opens a browser whose camera shows this picture, signed in as somebody; closes it afterwards."""
    browsers = []

    def hold_up(frame: bytes, *, email: str):
        camera = tmp_path / "camera.mjpeg"
        camera.write_bytes(frame)
        show = f"--use-file-for-fake-video-capture={camera}"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*CAMERA, show])
        browsers.append(browser)
        page = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844}).new_page()
        page.complaints = []
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto("/sign-in?next=/scan")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        return page

    yield hold_up
    for browser in browsers:
        browser.close()


def test_a_label_before_the_camera_opens_the_patients_page(world, phone):
    pack(world)
    page = phone(picture(f"https://bags.example/b/{world.token(world.bag)}"), email="crew@test.example")
    expect(page.get_by_role("heading", name="JONES, Margaret (Mrs)")).to_be_visible(timeout=20_000)
    assert page.url.endswith(f"/b/{world.token(world.bag)}")
    assert page.complaints == []


def test_another_code_says_so_and_the_search_goes_on(world, phone):
    page = phone(picture("https://elsewhere.example/menu"), email="crew@test.example")
    expect(page.get_by_text("This is not a Red Bag label.")).to_be_visible(timeout=20_000)
    assert page.url.endswith("/scan")
    assert page.complaints == []


def test_a_hand_held_scanner_types_into_the_field_wherever_the_cursor_is(world, phone):
    pack(world)
    page = phone(picture("milk"), email="crew@test.example")
    expect(page.locator("#code")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.type(f"HTTPS://BAGS.EXAMPLE/B/{world.token(world.bag)}\n")
    expect(page.get_by_role("heading", name="JONES, Margaret (Mrs)")).to_be_visible()
