import pytest
from playwright.sync_api import BrowserContext, expect

STARTING = "html:not([data-started]):has(script[src*='redbag/start.'])"

expect.set_options(timeout=20_000)  # milliseconds: a busy machine is slow, not wrong


@pytest.fixture(autouse=True)
def no_browser_left_open(request):
    """A browser left open keeps a connection to the server alive, and with it one to the database."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


@pytest.fixture(autouse=True)
def awake(monkeypatch):
    """Nothing is pressed, typed or looked at in a page whose modules are still on their way."""
    opened = BrowserContext.new_page

    def new_page(context):
        page = opened(context)
        page.add_locator_handler(page.locator(STARTING), lambda: None)
        return page

    monkeypatch.setattr(BrowserContext, "new_page", new_page)
