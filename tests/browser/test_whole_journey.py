"""The main job from end to end, as each person does it, in a real Chromium: with a label printed, held up and scanned.

axe looks at every page on the way and may find nothing.
"""

from pathlib import Path

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from redbag.bags import printing
from redbag.bags.models import PrintJob
from redbag.journal.sealing import seal_pending
from redbag.journal.verifying import verify
from redbag.transfers.models import Transfer
from tests.browser.test_scan_camera import CAMERA, in_the_camera
from tests.conftest import CHROMIUM
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

AXE = (Path(__file__).resolve().parents[2] / "redbag/static/vendor/axe/axe.min.js").read_text()
TABLET, PHONE = {"width": 1024, "height": 768}, {"width": 390, "height": 844}


class Person:
    """Somebody with a device, who looks at every page with axe."""

    def __init__(self, browser, address, email, size):
        self.page = browser.new_context(base_url=address, viewport=size, bypass_csp=True).new_page()
        self.page.set_default_timeout(10_000)
        self.page.goto("/sign-in")
        self.looked_at("sign-in")
        self.page.fill("#email", email)
        self.page.fill("#password", PASSWORD)
        self.press("Sign in")

    def press(self, name):
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()

    def go(self, name):
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def sees(self, words):
        expect(self.page.get_by_text(words).first).to_be_visible()

    def looked_at(self, what):
        self.page.evaluate(AXE)
        found = self.page.evaluate("() => axe.run()")["violations"]
        assert [(what, each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == []


@pytest.fixture
def people(playwright, live_server, tmp_path):
    """Opens a browser for somebody; the crew's camera shows a picture."""
    plain = playwright.chromium.launch(executable_path=CHROMIUM, args=[*CAMERA[:5]])
    browsers = [plain]

    def person(email, size=TABLET, camera=None):
        browser = plain
        if camera is not None:
            (tmp_path / "cam.mjpeg").write_bytes(camera)
            show = f"--use-file-for-fake-video-capture={tmp_path / 'cam.mjpeg'}"
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*CAMERA, show])
            browsers.append(browser)
        return Person(browser, live_server.url, email, size)

    yield person
    for browser in browsers:
        browser.close()


def test_a_bag_goes_to_hospital_and_comes_home(world, people, settings, live_server):
    settings.PUBLIC_URL = live_server.url
    label = a_senior_prints_the_label(people("senior@test.example"))
    carer = people("carer@test.example")
    a_carer_packs(carer)
    the_crew_scans_and_takes_it(people("crew@test.example", PHONE, in_the_camera(label)), world)
    ward = people("ward@test.example")
    the_ward_takes_it_and_checks(ward, world)
    the_summary_is_sent(ward)
    the_bag_comes_back(carer, world)
    somebody_reads_the_summary(carer)
    a_manager_reads_what_happened(people("manager@test.example"))
    seal_pending(now=timezone.now())
    assert verify(now=timezone.now()).fault == ""


def a_senior_prints_the_label(senior):
    """Prints through the pages; returns the picture of the first label of the sheet."""
    page = senior.page
    senior.go("Labels")
    page.get_by_text("OAK-1", exact=True).click()
    page.get_by_text("62 mm").first.click()
    page.fill("#reason", "new bag")
    senior.looked_at("labels")
    senior.press("Make the labels")
    senior.looked_at("label job")
    job = PrintJob.objects.get()
    printing.draw(str(job.pk), now=timezone.now)
    expect(page.get_by_text("Ready").first).to_be_visible(timeout=10_000)
    sheet = printing.file_of(PrintJob.objects.get())
    return pypdfium2.PdfDocument(sheet)[0].render(scale=3).to_pil().convert("RGB")


def a_carer_packs(carer):
    page = carer.page
    carer.looked_at("board")
    carer.go("Someone is going to hospital")
    carer.looked_at("who")
    carer.press("Peggy Jones")
    carer.looked_at("should they go")
    carer.press("Go on")
    page.get_by_label("Hospital", exact=True).select_option(label="St Mary's Hospital")
    page.locator("textarea").first.fill("Fell in the bathroom. Her left hip hurts <b>a lot</b>.")
    carer.looked_at("why")
    carer.press("Save and go on")
    carer.looked_at("still right")
    carer.go("Go on to the bag")
    carer.looked_at("the bag")
    carer.press("OAK-1")
    page.get_by_role("group", name="Glasses").get_by_text("In the bag").click()
    carer.looked_at("what goes with them")
    carer.press("Save and go on")
    carer.sees("Ready to go")
    carer.looked_at("ready")


def the_crew_scans_and_takes_it(crew, world):
    page = crew.page
    crew.looked_at("crew's board")
    page.goto("/scan")
    expect(page.get_by_role("heading", name="JONES, Margaret (Mrs)")).to_be_visible(timeout=30_000)
    assert page.url.endswith(world.token(world.bag))
    crew.sees("NOT KNOWN: check before giving anything")
    crew.sees("Her left hip hurts <b>a lot</b>.")
    crew.looked_at("emergency page")
    crew.press("I have this bag")
    crew.looked_at("emergency page, with the bag")
    assert Transfer.objects.get().stage == "WITH_CREW"


def the_ward_takes_it_and_checks(ward, world):
    page = ward.page
    ward.looked_at("ward's board")
    page.goto(f"/b/{world.token(world.bag)}")
    ward.looked_at("ward's page")
    page.get_by_label("Ward or desk").select_option(label="Ward 4B")
    ward.press("We have this bag")
    ward.press("All there")
    ward.looked_at("ward's page, checked")
    transfer = Transfer.objects.get()
    told = (transfer.stage, transfer.holder_place, transfer.flags)
    assert told == ("IN_HOSPITAL", "Ward 4B", ["identity_not_checked"])  # nobody ticked who it is


def the_summary_is_sent(ward):
    page = ward.page
    page.goto(f"/transfers/{Transfer.objects.get().pk}")
    ward.looked_at("journey, at the ward")
    ward.go("Send discharge summary")
    ward.looked_at("discharge entry")
    page.get_by_label("Diagnoses").fill("Fractured left hip, fixed")
    page.get_by_label("Clinical summary").fill("Operation on Monday. Walks with a frame.")
    ward.press("Send to Oakview")
    ward.sees("! Not yet read")
    ward.looked_at("discharge summary, at the ward")


def the_bag_comes_back(carer, world):
    page = carer.page
    page.goto(f"/b/{world.token(world.bag)}")
    carer.looked_at("bag, at home")
    carer.press("The bag is back, all there")
    carer.looked_at("bag, back home")
    carer.press("Finished: bag unpacked")
    assert Transfer.objects.get().stage == "CLOSED"
    page.goto("/bags")
    carer.looked_at("bags")


def somebody_reads_the_summary(carer):
    carer.page.goto("/discharge-summaries")
    carer.looked_at("summaries")
    carer.page.locator("main li a").first.click()
    carer.sees("Walks with a frame.")
    carer.looked_at("discharge summary, at home")
    carer.press("I have read this")
    carer.sees("Carer Tester")


def a_manager_reads_what_happened(manager):
    page = manager.page
    for address in ("/reports", "/journal", "/people", "/deliveries", "/endpoints", "/residents", "/labels"):
        page.goto(address)
        manager.looked_at(address)
    page.goto(f"/transfers/{Transfer.objects.get().pk}")
    manager.sees("Ward 4B")
    manager.looked_at("journey, finished")
    page.goto(f"/residents/{Transfer.objects.get().resident_id}/who-looked")
    manager.sees("Crew Tester")
    manager.looked_at("who looked")
