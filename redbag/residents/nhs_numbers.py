"""NHS numbers: ten digits, of which the last one guards the other nine.

The numbers of England, Wales, the Isle of Man, Scotland (CHI), Northern Ireland (H&C) and Ireland (IHI)
share one space of digits and one check rule (modulus 11), so a number from any of them is taken. No message
repeats the number: it is personal data, and messages end up in logs.
"""

from datetime import date

LENGTH = 10
SERIALS = 10_000_000  # how many different numbers generate() can make

# A letter on screen has its own space and hyphens, which come along when a number is pasted.
SPACES_AND_HYPHENS = dict.fromkeys(map(ord, " -\u00a0\u2010\u2011"))

SCOTLAND = (100_000_000, 3_112_999_999)
TEST = (9_000_000_000, 9_999_999_999)
ISSUED = (
    SCOTLAND,
    (3_200_000_000, 3_999_999_999),  # Northern Ireland
    (4_000_000_000, 4_999_999_999),  # England, Wales, Isle of Man
    (6_000_000_000, 7_999_999_999),  # England, Wales, Isle of Man
    (8_000_000_000, 8_599_999_999),  # Ireland
)

SENTENCES = {
    "letters": "An NHS number is made of digits only. Take out everything else and try again.",
    "length": "An NHS number has 10 digits. Count them again: one may be missing or typed twice.",
    "repeated": "Ten times the same digit is not an NHS number. If you do not have it, leave this empty.",
    "check_digit": "This is not an NHS number: one digit is wrong, or two have changed places. "
    "Read it again from a letter or the wristband.",
    "not_issued": "No NHS number starts like this. Read it again from a letter or the wristband.",
    "chi_date": "A Scottish number starts with the date of birth, and these six digits are not a date. "
    "Read it again from a letter or the wristband.",
    "test_range": "Numbers that start with 9 are for training and are given to nobody. "
    "If you do not have the real number, leave this empty.",
}


class BadNhsNumber(ValueError):
    """Not an NHS number; `code` is a key of SENTENCES and the text is what to tell the carer."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code])
        self.code = code


def normalise(text: str) -> str:
    """The ten digits of what was typed; spaces and hyphens go, anything else raises BadNhsNumber."""
    digits = text.strip().translate(SPACES_AND_HYPHENS)
    if digits and not (digits.isascii() and digits.isdigit()):
        raise BadNhsNumber("letters")
    if len(digits) != LENGTH:
        raise BadNhsNumber("length")
    return digits


def check(text: str, *, demo: bool) -> str:
    """The ten digits of a number somebody can hold, or BadNhsNumber; 9... passes in a demo only."""
    number = normalise(text)
    if len(set(number)) == 1:  # all ten of them satisfy modulus 11
        raise BadNhsNumber("repeated")
    if number[-1] != _check_digit(number[:-1]):
        raise BadNhsNumber("check_digit")
    if _within(number, TEST):
        if not demo:
            raise BadNhsNumber("test_range")
    elif not any(_within(number, range_) for range_ in ISSUED):
        raise BadNhsNumber("not_issued")
    elif _within(number, SCOTLAND) and not _is_a_date(number[:6]):
        raise BadNhsNumber("chi_date")
    return number


def shown(number: str) -> str:
    """Ten digits as staff read them: 943 476 5919."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def generate(serial: int) -> str:
    """A test number (9...) for demo data: one for each serial from 0 to 9,999,999, always the same.

    Neighbouring serials give numbers that do not look alike, so nobody is mistaken for the next resident.
    """
    if not 0 <= serial < SERIALS:
        raise ValueError(f"serial must be between 0 and {SERIALS - 1}")
    scattered = (serial * 7_368_787 + 4_347_659) % SERIALS  # prime to 10, so no two serials meet
    middle = f"9{scattered:07}"
    body = next(middle + digit for digit in "01" if _check_digit(middle + digit))
    return body + _check_digit(body)


def _check_digit(body: str) -> str:
    """The tenth digit for nine, or nothing when these nine can have none (modulus 11)."""
    remainder = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), body, strict=True)) % 11
    return {0: "0", 1: ""}.get(remainder, str(11 - remainder))


def _within(number: str, range_: tuple[int, int]) -> bool:
    return range_[0] <= int(number) <= range_[1]


def _is_a_date(ddmmyy: str) -> bool:
    """Whether six digits are a day in some century; 2000 had a 29 February, so it stands for all of them."""
    day, month, year = int(ddmmyy[:2]), int(ddmmyy[2:4]), int(ddmmyy[4:])
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True
