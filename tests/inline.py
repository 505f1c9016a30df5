"""Looks for code inside a page: the policy of every page forbids it, so what is there does not run."""

import re
from html.parser import HTMLParser

SUSPICIOUS = re.compile(r"<script|<style|<base|\son\w+\s*=|\sstyle\s*=|javascript:", re.IGNORECASE)
OURS = re.compile(r'<script (?:type="module"|defer) src="/\w[^":]*"></script>')  # in the head of nearly every page
ADDRESSES = {"href", "src", "action", "formaction", "data"}


class Finder(HTMLParser):
    """Collects what a browser under a strict policy would refuse."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        is_data = values.get("type", "").endswith("json")
        if tag in ("style", "base") or (tag == "script" and "src" not in values and not is_data):
            self.found.append(self.get_starttag_text())
        for name, value in values.items():
            bad_address = name in ADDRESSES and value.strip().lower().startswith(("javascript:", "data:text"))
            elsewhere = name == "src" and "://" in value
            if name.startswith("on") or name == "style" or bad_address or elsewhere:
                self.found.append(self.get_starttag_text())


def inline_code(html):
    """Every tag of a page that holds code of its own, or fetches it from elsewhere; empty for a good page."""
    if not SUSPICIOUS.search(OURS.sub("", html)):
        return []
    finder = Finder()
    finder.feed(html)
    return finder.found
