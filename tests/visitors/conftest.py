"""Fixtures shared with the pages: a clock that stands still, and browsers without JavaScript."""

from tests.web.conftest import at, browser_of

__all__ = ["at", "browser_of"]
