"""Browsers and programs of the cast, as the pages' and the API's tests have them."""

from tests.api.conftest import api  # noqa: F401
from tests.web.conftest import at, browser_of  # noqa: F401
