"""Who lives in a home and since when, how often each goes to hospital, and the home's bags with their labels."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from redbag.bags import codes, tokens
from redbag.bags.models import Bag, Label
from redbag.management.national.asked import Asked, new_id, shares
from redbag.management.national.places import Home
from redbag.residents.models import INDEX, Resident
from redbag.residents.nhs_numbers import generate
from redbag.vault import blind_index, seal_label

FIRST_NHS_NUMBER = 1_000_000
RESIDENTS_PER_BAG = 9
HAS_LEFT, HAS_DIED = 0.3, 0.7
OLDEST, YOUNGEST = date(1921, 1, 1), date(1958, 1, 1)
FIRST_NAMES = ("Alice", "Brian", "Carys", "Dilip", "Ewa", "Fergus", "Gita", "Hywel", "Ivy", "Józef", "Kofi", "Lila")
LAST_NAMES = ("Abbott", "Begum", "Carter", "Davies", "Evans", "Fraser", "Green", "Hughes", "Iqbal", "Jones", "Kaur")


@dataclass
class Life:
    """A resident, between when and when they can go to hospital, how often they do, and whether they die there."""

    row: Resident
    since: datetime
    until: datetime
    journeys: int = 0
    dies: bool = False


def lives_of(asked: Asked, home: Home, first: int, dice: Random) -> list[Life]:
    """The home's residents with their share of its journeys; `first` is the number of the first of them."""
    lives = [_life(asked, home, first + place, dice) for place in range(home.residents)]
    frail = [dice.gammavariate(0.9, 1.0) * ((life.until - life.since) / asked.years) for life in lives]
    for life, journeys in zip(lives, shares(home.transfers, frail), strict=True):
        life.journeys = journeys
        life.dies = life.row.archived_why == "Died" and journeys > 0 and dice.random() < 0.5
    return lives


def _life(asked: Asked, home: Home, number: int, dice: Random) -> Life:
    """Somebody who came up to five years ago, and perhaps has left or died by now."""
    lived = timedelta(days=dice.triangular(60, 5 * 365, 900))
    ended = _whole(asked.now - timedelta(days=dice.uniform(0, 1000))) if dice.random() < HAS_LEFT else None
    came = _whole((ended or asked.now) - lived)
    row = _resident(home, number, came, dice)
    if ended:
        row.archived_at, row.archived_why = ended, "Died" if dice.random() < HAS_DIED else "Moved away"
    return Life(row, max(came, asked.since), ended or asked.now)


def _resident(home: Home, number: int, came: datetime, dice: Random) -> Resident:
    nhs_number = generate(FIRST_NHS_NUMBER + number)
    return Resident(
        id=new_id(dice),
        home=home.row,
        first_name=dice.choice(FIRST_NAMES),
        last_name=dice.choice(LAST_NAMES),
        date_of_birth=OLDEST + timedelta(days=int(dice.triangular(0, (YOUNGEST - OLDEST).days, 5000))),
        nhs_number=nhs_number,
        nhs_number_index=blind_index(nhs_number, purpose=INDEX),
        nhs_number_status=Resident.Number.VERIFIED,
        room=str(dice.randint(1, home.row.beds or 1)),
        created_at=came,
        told_at=came,
    )


def bags_of(asked: Asked, home: Home, dice: Random) -> list[Bag]:
    """A bag for every few residents, two at least."""
    return [
        Bag(id=new_id(dice), home_id=home.row.pk, tracker=f"{home.row.ods_code}-{each}", created_at=asked.since)
        for each in range(1, 3 + home.residents // RESIDENTS_PER_BAG)
    ]


def label_of(bag: Bag, dice: Random) -> Label:
    """Tokens are secrets, so these alone differ every time."""
    token = tokens.new_token()
    return Label(
        id=new_id(dice),
        bag_id=bag.pk,
        token_digest=tokens.token_digest(token),
        token_sealed=seal_label(token),
        code=codes.new_code(),
        issued_at=bag.created_at,
    )


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
