import pytest
from playwright.sync_api import expect

expect.set_options(timeout=20_000)  # milliseconds: a busy machine is slow, not wrong


@pytest.fixture(autouse=True)
def no_browser_left_open(request):
    """A browser left open keeps a connection to the server alive, and with it one to the database."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()
