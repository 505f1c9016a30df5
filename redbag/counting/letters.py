"""The letters about a stay: when the first was there, and how soon each was taken on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redbag.counting.followed import Followed, day_of
from redbag.counting.legs import minutes
from redbag.counting.models import CountedLetter


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A discharge summary that was sent and not taken off again.

    `hospital` is who sent it; None when the home put it in itself, from paper or mail. `read_at` is when somebody at
    the home took it on, `current` that no newer version has taken its place.
    """

    summary: UUID
    sent_at: datetime
    hospital: UUID | None
    read_at: datetime | None = None
    current: bool = True


def on_arrival(letters: Sequence[Letter], *, home_at: datetime | None) -> bool | None:
    """Whether a letter was there when the resident came home; None while they are not home.

    None too where the home itself put the first one in after that: a letter on paper may have come in the bag, and
    nobody says when.
    """
    if home_at is None:
        return None
    if any(letter.sent_at <= home_at for letter in letters):
        return True
    first = min(letters, key=lambda letter: letter.sent_at, default=None)
    return None if first is not None and first.hospital is None else False


def letter_row(letter: Letter, *, home: UUID, area: UUID | None, followed: Followed | None = None) -> CountedLetter:
    """The row of a letter, about the stay of a journey or about one that no journey here is about.

    Its hospital is who sent it: of a letter that the home put in itself, no hospital is counted as slow or quick.
    """
    return CountedLetter(
        summary=letter.summary,
        transfer=followed.about.transfer if followed else None,
        home=home,
        area=area,
        hospital=letter.hospital,
        ambulance=followed.places.ambulance if followed else None,
        ward=followed.places.ward if followed and followed.places.hospital == letter.hospital else "",
        day=day_of(letter.sent_at),
        sent_at=letter.sent_at,
        read=minutes(letter.sent_at, letter.read_at),
        current=letter.current,
    )
