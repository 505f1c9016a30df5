"""How often each secret is guessed in a year under its throttle, worked out from the constants in the code."""

import math
from dataclasses import dataclass

from redbag.accounts import agency, codes, invitations, lettering, pins, recovery, second_factor, tablets
from redbag.bags import codes as short_codes
from redbag.bags import tokens
from redbag.organisations import actions as people
from redbag.organisations import throttling
from redbag.transfers import handover_codes, scanning
from redbag.visitors import actions as visitors
from redbag.visitors import asking, glass_codes, sessions

YEAR = 365 * 24 * 3600
RATE = 10_000  # guesses a second at what no lock guards: more than the service answers
# England, from above: what there is to aim at.
HOMES, STAFF, BAGS, UNDER_WAY, PACKED, TABLETS = 15_000, 500_000, 600_000, 40_000, 1_000, 60_000
LIKELY = 10_000_000  # passwords that somebody tries first and the list of common ones does not catch
URLSAFE = 256


@dataclass(frozen=True)
class Secret:
    """`space` of equally likely values, of which `right` open at a time; `guesses` a year at one target.

    `targets` is how many there are; with `alone` a guess aims at all of them at once, and `right` counts them already.
    """

    name: str
    space: float
    life: str
    throttle: str
    guesses: float
    targets: int
    right: int = 1
    alone: bool = False

    @property
    def bits(self) -> int:
        return math.floor(math.log2(self.space))

    @property
    def one(self) -> float:
        """Expected successes in a year at one target."""
        return self.guesses * self.right / self.space

    @property
    def all(self) -> float:
        """Expected successes in a year when somebody guesses at every target all the time."""
        return self.one if self.alone else self.one * self.targets


def a_year(limit) -> float:
    """How many tries so many within so many seconds are in a year."""
    return limit["most"] * YEAR / limit["window"]


def strictest(*limits) -> float:
    return min(a_year(limit) for limit in limits)


def said(limit) -> str:
    """A limit in words: 10 in 15 min."""
    window = limit["window"]
    units = ((24 * 3600, "day"), (3600, "h"), (60, "min"))
    size, unit = next((size, unit) for size, unit in units if window % size == 0)
    many = window // size
    return f"{limit['most']} in {'a day' if (many, unit) == (1, 'day') else f'{many} {unit}'}"


def unguarded(name: str, bits: int, life: str, targets: int) -> Secret:
    return Secret(name, 2**bits, life, "none needed", RATE * YEAR, targets, right=targets, alone=True)


def hours(length) -> str:
    return f"{length.total_seconds() / 3600:g} h"


def minutes(length) -> str:
    return f"{length.total_seconds() / 60:g} min"


def table() -> list[Secret]:
    """Every secret that somebody could guess."""
    day = 24 * 3600
    mails = asking.MAILS_OF_A_BAG[-1]
    of_asking = {"most": mails["most"] * glass_codes.MOST_WRONG_IN_ALL, "window": mails["window"]}
    label_bits = 8 * tokens.RANDOM_BYTES
    pin_people = 20
    return [
        unguarded("Label token", label_bits, "until the label is replaced", BAGS),
        unguarded("Place token", label_bits, "until another is made", HOMES),
        unguarded("Token on a printed summary", label_bits, "the journey", UNDER_WAY),
        Secret(
            "Short code of a bag, by an ambulance account",
            32 ** (short_codes.LENGTH - 1),
            "until the label is replaced",
            f"{said(scanning.SHORT_CODES)} wrong for an account or key",
            a_year(scanning.SHORT_CODES),
            STAFF,
            right=PACKED,
        ),
        unguarded("Session of a browser", 160, f"{hours(people.SESSION_LASTS)}", STAFF),
        unguarded("Session token", URLSAFE, hours(people.SESSION_LASTS), STAFF),
        unguarded("Organisation's key", URLSAFE, "until revoked", HOMES),
        unguarded("Facts token", URLSAFE, f"{people.FACTS_LAST.days} days", STAFF),
        unguarded("Tablet's token and cookie", URLSAFE, "until revoked", TABLETS),
        unguarded("Visitor's token", URLSAFE, hours(sessions.LONGEST), UNDER_WAY),
        unguarded("Invitation", URLSAFE, f"{invitations.LASTS.days} days", STAFF),
        unguarded("Link to a new password", URLSAFE, hours(lettering.LINK_LASTS), STAFF),
        Secret(
            "Hand-over code, typed without an account",
            10**handover_codes.DIGITS,
            f"{minutes(handover_codes.LASTS)}, and one before and after",
            f"{handover_codes.MOST_TRIES} wrong void it; {said(visitors.HERE)} for a journey from one address; "
            f"{said(visitors.A_DAY)} for a journey",
            strictest(visitors.A_DAY),
            UNDER_WAY,
            right=3,
        ),
        Secret(
            "Break-glass code",
            10**glass_codes.DIGITS,
            f"{minutes(glass_codes.CODE_LASTS)}, once",
            f"{glass_codes.MOST_WRONG} wrong void it; {glass_codes.MOST_WRONG_IN_ALL} end the asking; "
            f"codes by mail about a bag: {'; '.join(said(limit) for limit in asking.MAILS_OF_A_BAG)}",
            a_year(of_asking),
            UNDER_WAY,
        ),
        Secret(
            "Code that makes a tablet ready",
            len(tablets.ALPHABET) ** tablets.LETTERS,
            f"{minutes(tablets.CODE_LASTS)}, once",
            "an address is only slowed",
            RATE * YEAR,
            100,
            right=100,
            alone=True,
        ),
        Secret(
            "Password",
            LIKELY,
            "until changed",
            "; ".join(said(limit) for _, limit in throttling.PASSWORDS) + ", for an account",
            strictest(*(limit for _, limit in throttling.PASSWORDS)),
            STAFF,
        ),
        Secret(
            "Six digits of the app (after the password)",
            10**6,
            f"{codes.STEP_SECONDS} s, and one before and after",
            f"{said(second_factor.A_QUARTER)}; {said(second_factor.A_DAY)}, for an account",
            strictest(second_factor.A_QUARTER, second_factor.A_DAY),
            STAFF,
            right=len(codes.AROUND),
        ),
        Secret(
            "Recovery code (after the password)",
            len(codes.PAPER_LETTERS) ** codes.PAPER_LENGTH,
            "once",
            "counted with the six digits",
            strictest(second_factor.A_QUARTER, second_factor.A_DAY),
            STAFF,
            right=recovery.HOW_MANY,
        ),
        Secret(
            "PIN of four digits, at a tablet of the home",
            10**pins.FEWEST_DIGITS,
            "until changed",
            f"{pins.WRONG_FOR_A_PERSON} wrong lock a person there until they sign in fully; {pins.WRONG_IN_AN_HOUR} in "
            f"1 h or {pins.WRONG_IN_A_WEEK} in a week turn PINs off there",
            pins.guesses_a_year(people=pin_people),
            TABLETS,
        ),
        Secret(
            "PIN of agency staff for one shift, at a tablet of the home",
            10**pins.FEWEST_DIGITS,
            "the shift",
            f"{agency.MOST_WRONG} wrong end it",
            min(a_year({"most": agency.MOST_WRONG, "window": day}), pins.guesses_a_year(people=pin_people)),
            TABLETS,
        ),
        Secret(
            "Word of the house, at a tablet of the home",
            32**agency.LETTERS,
            "until renewed",
            f"{agency.OF_WORDS['most']} in 1 h lock the word there",
            a_year(agency.OF_WORDS),
            HOMES,
        ),
    ]


def number(value: float) -> str:
    """For people: two figures."""
    if value >= 1000:
        return f"{value:,.0f}" if value < 1e9 else f"{value:.1e}"
    return f"{value:.2g}" if value >= 1e-4 else f"{value:.0e}"


def rows() -> list[str]:
    """The lines of the table in docs/security-guessing.md."""
    return [
        f"| {each.name} | {each.bits} | {each.life} | {each.throttle} | {number(each.guesses)} | {number(each.one)} | "
        f"{number(each.all)} |"
        for each in table()
    ]
