"""Finds what a letter says of stopping, starting, changing or giving a medicine, anywhere; it sets nothing as fact."""

import re

from redbag.medicines.names import phrases_in

GOES_ON = re.compile(
    r"\b(?:do not|don't|must not(?: be)?|never|should not(?: be)?)\s+(?:be\s+)?"
    r"(?:stop\w*|discontinu\w*|omit\w*|miss\w*|interrupt\w*|withh\w+)",
    re.I,
)
ALTERS = re.compile(
    r"\b(?:stop(?:s|ped|ping)?|discontinu\w*|ceased?|withh[eo]ld\w*|hold|held|omit\w*|suspend\w*|paus(?:ed?|ing)"
    r"|(?:re-?)?start(?:s|ed|ing)?|commenc\w*|resum\w*|initiat\w*|new|newly|chang(?:ed?|es|ing)|increas\w*|reduc\w*"
    r"|decreas\w*|switch\w*|swap\w*|titrat\w*|wean\w*|taper\w*|doubl(?:ed?|ing)|halved?|convert\w*)\b",
    re.I,
)
GIVES = re.compile(r"\b(?:give[sn]?|giving|administer\w*|takes?|first|next)\b", re.I)
ONLY_OF_MEDICINES = re.compile(r"\b(?:discontinued|withheld|suspended)\b", re.I)
A_MEDICINE = re.compile(
    r"\b\d+(?:[.,]\d+)?\s?(?:mg|mcg|micrograms?|g|ml|mls|units?|iu)\b"
    r"|\b(?:medicines?|medications?|meds|drugs?|tablets?|capsules?|dos(?:es?|age)|insulins?|antibiotics?|steroids?"
    r"|inhalers?|injections?|patch(?:es)?|(?:eye|ear) drops|creams?|ointments?|nebuli[sz]\w*|oxygen|TTOs?|MAR"
    r"|blood thinners?|anticoagula\w*|anti\w*hypertensives?|diuretics?|statins?|opioids?|painkillers?|analgesi\w*"
    r"|pain relief|laxatives?|chemotherapy|vaccines?"
    r"|\w{3,}(?:pril|sartan|olol|statin|mycin|cillin|azole|oxacin|cycline|xaban|parin|gliptin|gliflozin|dipine|zepam"
    r"|triptyline|setron|profen|codone|semide))\b",
    re.I,
)
NO_MEDICINE = (
    r"smok\w*|drinking|alcohol|fluids?|feed\w*|food|diet|eating|thicken\w*|physio\w*|exercis\w*|mobili\w*|walk\w*"
    r"|driv\w*|dressings?|bath\w*|using|to\b|by\b|date|if\b|when\b|and\b|or\b|the bleeding|bleeding|work|crying|turning"
)
TOLD_TO = re.compile(
    r"(?:^|[:;,.(-]\s*|\b(?:to|please|should|must|and|then|can|may)\s+)"
    r"(?:stop|discontinue|withhold|hold|omit|suspend|pause|(?:re-?)?start|commence|resume)[:\s]+"
    rf"(?!{NO_MEDICINE})(?:[a-z]{{3,}})",
    re.I,
)


def tells_of_change(sentence: str) -> bool:
    """Whether it speaks of stopping, holding, starting or changing a medicine; *do not stop* alone is no change."""
    said = GOES_ON.sub(" ", sentence)
    if ONLY_OF_MEDICINES.search(said) or TOLD_TO.search(said):
        return True
    return bool(ALTERS.search(said)) and names_a_medicine(said)


def for_who_is_trained(text: str) -> bool:
    """Whether it asks to stop, hold, start, change or give a medicine: nobody untrained says that this is done."""
    if TOLD_TO.search(text):
        return True
    return bool(ALTERS.search(text) or GIVES.search(text)) and names_a_medicine(text)


def names_a_medicine(text: str) -> bool:
    """Whether a medicine, or a word that stands only with one, is in it."""
    return bool(A_MEDICINE.search(text) or phrases_in(text)[0])
