"""A browser without JavaScript for each person of the cast, a clock that stands still, and callers of the API."""

from tests.api.conftest import api
from tests.web.conftest import at, browser_of

__all__ = ["api", "at", "browser_of"]
