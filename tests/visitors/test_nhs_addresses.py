"""A one-time code goes to an address of the health service, and to nothing that only looks like one."""

import pytest

from redbag.visitors.nhs_addresses import checked

ALLOWED = ["nhs.net", "*.nhs.uk"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("noor.khan@nhs.net", "noor.khan@nhs.net"),
        (" Noor@NHS.net ", "Noor@nhs.net"),
        ("o'brien+ed@uhb.nhs.uk", "o'brien+ed@uhb.nhs.uk"),
        ("noor@mail.uhb.nhs.uk", "noor@mail.uhb.nhs.uk"),
    ],
)
def test_addresses_of_the_health_service_are_taken(typed, kept):
    assert checked(typed, ALLOWED) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "noor",
        "@nhs.net",
        "noor@nhs.uk",
        "noor@mail.nhs.net",
        "noor@nhs.net.example",
        "noor@nhs.net.",
        "noor@evil-nhs.uk",
        "noor@evilnhs.net",
        "noor@uhb.nhs.uk.example",
        "noor@nhs.uk@evil.example",
        "noor@evil.example@nhs.net",
        '"noor@evil.example"@nhs.net',
        "noor@evil.example,noor@nhs.net",
        "noor@nhs.net\nBcc: x@evil.example",
        "noor@nhs.net\r\n",
        "noor\n@nhs.net",
        "noor @nhs.net",
        "<noor@nhs.net>",
        "-oX/tmp/x@nhs.net",
        "..noor@nhs.net",
        "noor@.nhs.uk",
        "noor@-a.nhs.uk",
        "noor@nhѕ.net",  # a Cyrillic letter
        "noor@ｎｈｓ.net",
        "noor@nhs。net",
        "nöor@nhs.net",
        "noor@xn--nh-xyz.net",
        "noor%evil.example@nhs.net\x00",
        "a" * 65 + "@nhs.net",
        "noor@" + "a." * 130 + "nhs.uk",
    ],
)
def test_what_only_looks_like_one_is_none(typed):
    assert checked(typed, ALLOWED) == ""


def test_the_list_can_be_set_and_an_empty_one_takes_nobody():
    assert checked("a@hospice.example", ["hospice.example"]) == "a@hospice.example"
    assert checked("a@x.hospice.example", ["hospice.example"]) == ""
    assert checked("a@nhs.net", []) == ""
    assert checked("a@nhs.net", ["*"]) == ""
    assert checked("a@nhs.net", [""]) == ""
