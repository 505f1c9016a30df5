"""One part of a medicine that is not the same on both lists."""

from dataclasses import dataclass

from redbag.medicines.listed import Difference


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One part that is not the same; `certain` is whether it surely differs. `why` is for people."""

    part: str
    before: str
    after: str
    certain: bool
    why: str

    def difference(self) -> Difference:
        """The part, word for word."""
        return Difference(part=self.part, before=self.before, after=self.after)


def found(part: str, one: str, other: str, why: str, *, certain: bool) -> Finding:
    """A finding, with both sides as written but for spaces around them."""
    return Finding(part=part, before=one.strip(), after=other.strip(), certain=certain, why=why)
