"""Why a summary is held and what to do about it, in words for its hospital."""

from redbag.discharges.matching import told
from redbag.discharges.models import SENT_BACK, DischargeSummary

WORDS = {
    "sent_back": "The home sent it back: it is about somebody else. Look whose it is.",
    "nhs_number_missing": "There is no NHS number. Add it from the wristband or the letter.",
    "nhs_number_invalid": "The NHS number is not a real one: a digit is wrong. Read it again from the wristband.",
    "birth_missing": "There is no date of birth. Add it.",
    "says_two_people": "It does not say clearly whom it is about. Check each detail.",
    "wrong_person": "What it says does not fit the patient of this journey.",
    "nhs_number_differs": "The NHS number is another one than the patient's.",
    "birth_differs": "The date of birth is another one than the patient's.",
    "day_and_month_swapped": "In the date of birth, day and month may have changed places.",
    "name_differs": "The name is another one than the patient's.",
    "nobody": "Nobody could be found for certain. Check each detail, or choose the patient's journey.",
    "several": "More than one record fits. Choose the patient's journey.",
    "no_open_transfer": "No journey to your hospital fits.",
    "other_home": "The home you named does not fit.",
    "left": "The patient does not live there any more.",
    "same_id_other_words": "You have sent another file under the same document id before. Look which one is right.",
    "entered_in_error": (
        "It says that it was entered in error, and names no letter that was sent. Nothing was taken back at the home. "
        "Take it back here, and ring the home if a letter there is wrong."
    ),
}


def because(summary: DischargeSummary) -> list[str]:
    """Why it is held, as far as its hospital may know."""
    words = [WORDS.get(each, each) for each in codes(summary)]
    return [*words, f"The home wrote: {summary.settled_note}"] if SENT_BACK in summary.held_for else words


def codes(summary: DischargeSummary) -> list[str]:
    """The reasons as codes, as far as the hospital may know; of who lives where they say nothing."""
    return told(summary.held_for, party=summary.transfer_id is not None)
