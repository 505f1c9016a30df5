"""What a driver needs who carries a patient or the bag, and nothing else of what is known."""

from dataclasses import dataclass
from datetime import datetime

from redbag.summaries.actions import read_summary
from redbag.summaries.alerts import CPR_NO_ONLY, cpr_line
from redbag.transfers.models import Transfer

COMING = ("IN_HOSPITAL", "COMING_HOME")


@dataclass(frozen=True, kw_only=True)
class Carriage:
    """Bag, from, to and phone; for the way mobility, oxygen, infection and the CPR line. Empty: nobody wrote it."""

    bag: str
    home: str
    phone: str
    start: str
    goal: str
    mobility: str
    lifting: str
    oxygen: str
    infection: str
    cpr: tuple[str, str]
    cpr_note: str


def carriage(*, transfer: Transfer, now: datetime) -> Carriage:
    """The page of a carrier (the transfer's home, bag, destination and holder joined), in one statement."""
    sections = read_summary(resident=transfer.resident, now=now, until=transfer.ended_at)
    told = {section["name"]: section["content"] for section in sections}
    cpr = cpr_line(told["resuscitation"])
    home, away = transfer.home.name, _away(transfer)
    coming = transfer.stage in COMING
    today = transfer.reason.get("infection_today") or ""
    return Carriage(
        bag=transfer.bag.tracker if transfer.bag else "",
        home=home,
        phone=transfer.home.phone,
        start=away if coming else home,
        goal=home if coming else away,
        mobility=told["normal"]["mobility"],
        lifting=told["care"]["lifting"],
        oxygen=told["conditions"]["oxygen_target"],
        infection=". ".join(filter(None, (today, told["conditions"]["infection"]))),
        cpr=cpr,
        cpr_note=CPR_NO_ONLY if cpr[0] == "do_not_attempt" else "",
    )


def _away(transfer: Transfer) -> str:
    """The place away from the home: where the bag is or was in hospital, else where it goes to."""
    name = transfer.destination.name if transfer.destination else transfer.destination_text
    return f"{name}, {transfer.destination_place}" if name and transfer.destination_place else name
