"""What a browser was asked about a passkey, kept in its session: for one answer, and not for long."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from redbag.accounts.passkeys import NotThisPasskey

LASTS = timedelta(minutes=5)


def asked(request: HttpRequest, what: str, kept: dict, *, now: datetime) -> None:
    """Keep what was asked; an earlier question of this browser counts no more."""
    request.session["passkey_asked"] = {"what": what, "kept": dict(kept), "until": (now + LASTS).isoformat()}


def answered(request: HttpRequest, what: str, *, now: datetime) -> dict:
    """What was asked, taken away; NotThisPasskey when nothing of this kind was, or too long ago."""
    known = request.session.pop("passkey_asked", None)
    if known is None or known["what"] != what or now >= datetime.fromisoformat(known["until"]):
        raise NotThisPasskey("That took too long. Try again.")
    return known["kept"]
