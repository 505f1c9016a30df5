"""Reads JSON bodies: what no database can hold is said so before anything is tried."""

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from redbag.transfers.facts import can_be_kept


class Json(JSONParser):
    """JSON whose nesting and characters can be kept."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("It is nested too deeply.") from None
        if not _all_kept(data):
            raise ParseError("A text in it holds a character that cannot be kept (NUL, or half of one).")
        return data


class JsonOfFacts(JSONParser):
    """JSON of a batch of facts: each fact is judged by itself, so a bad one spoils no other."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("It is nested too deeply.") from None


def _all_kept(data) -> bool:
    if isinstance(data, dict):
        return all(_all_kept(key) and _all_kept(value) for key, value in data.items())
    if isinstance(data, list):
        return all(map(_all_kept, data))
    return can_be_kept(data) if isinstance(data, str) else True
