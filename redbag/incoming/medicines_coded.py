"""The medicines that a document lists in codes, each part word for word."""

from redbag.incoming.dates import day_in_words
from redbag.incoming.medicine_changes import ASK, what_happened
from redbag.incoming.medicine_lists import on_the_list
from redbag.incoming.message import Medicine
from redbag.incoming.parts import Parts, Resource, coded, extension_value, extensions
from redbag.incoming.sections import Part
from redbag.incoming.trees import all_words, concept, each, first, objects, words

SYSTEMS = ("http://snomed.info/sct", "https://dmd.nhs.uk")
CHANGES = {"added": "started", "amended": "changed", "continued": "continued", "stopped": "stopped"}
MOST = 300
UNTIL = "Until "
KEEP_ON = ("do not discontinue", "do not stop", "never be discontinued")

NO_NAME = "One medicine on the list has no name{said}. Look at the document, and ask the hospital."
NO_DOSE = "{name}: how to give it cannot be read. Look at the document, and ask the hospital."
MISTAKE = "{name} was put on the list by mistake, the document says, and is left out."
NOT_HERS = "{name} is on the list, but of another patient. It is left out. Ask the hospital."
OFF_LIST = "The document also names medicines that are not on its list: {names}. Ask the hospital about them."
OF_ANOTHER = "The document also has medicines of another patient. They are left out. Ask the hospital."
TOO_MANY = f"The document lists more than {MOST} medicines. The rest was not read."
ON_HOLD = "{name} is on hold, the document says: ask until when."
NOT_TAKEN = "{name} was not being taken, the document says."


def coded_medicines(
    parts: Parts, sections: list[Part], patient: Resource, notes: list[str]
) -> tuple[list[Medicine], bool]:
    """The medicines on the list, and whether there is a list at all (it may be empty)."""
    chosen = on_the_list(parts, sections, notes)
    hers = [one for one in chosen.beside if not _of_another(one, parts, patient)]
    if hers:
        names = ", ".join(_name(one, parts) or "one without a name" for one in hers[:20])
        notes.append(OFF_LIST.format(names=names[:500]))
    if len(hers) < len(chosen.beside):
        notes.append(OF_ANOTHER)
    if len(chosen.listed) > MOST:
        notes.append(TOO_MANY)
    read = [_medicine(one, parts, patient, chosen.headed.get(id(one), ""), notes) for one in chosen.listed[:MOST]]
    return [one for one in read if one], chosen.is_list


def _medication(statement: Resource, parts: Parts) -> Resource:
    return parts.followed(statement, "medicationReference", within=statement)


def _name(statement: Resource, parts: Parts) -> str:
    medication = _medication(statement, parts)
    said = concept(statement, "medicationCodeableConcept") or concept(medication, "code")
    return (said or words(statement, "medicationReference", "display"))[:300]


def _medicine(statement: Resource, parts: Parts, patient: Resource, headed: str, notes: list[str]) -> Medicine | None:
    name, status = _name(statement, parts), words(statement, "status")
    doses = list(objects(statement, "dosage")) or list(objects(statement, "dosageInstruction"))
    if why := _why_left_out(statement, name, doses, parts, patient):
        notes.append(why)
        return None
    if not doses and any(each(statement, "dosage")):
        notes.append(NO_DOSE.format(name=name))
    change, change_reason = _change(statement, headed, name, notes)
    if status == "not-taken" or (words(statement, "taken") == "n" and change != "stopped"):
        notes.append(NOT_TAKEN.format(name=name))
    medication = _medication(statement, parts)
    concepts = ((statement, "medicationCodeableConcept"), (medication, "code"))
    return Medicine(
        name=name,
        code=next(filter(None, (coded(node, path, systems=SYSTEMS) for node, path in concepts)), "")[:40],
        form=concept(medication, "form"),
        reason="" if _why_stopped(statement, change) else _reason(statement, parts),
        change=change,
        change_reason=change_reason,
        **_doses(doses, statement),
    )


def _why_left_out(statement: Resource, name: str, doses: list[Resource], parts: Parts, patient: Resource) -> str:
    """In words why a medicine is not taken over: put there by mistake, somebody else's, or without a name."""
    if words(statement, "status") == "entered-in-error":
        return MISTAKE.format(name=name or "One medicine")
    if _of_another(statement, parts, patient):
        return NOT_HERS.format(name=name or "A medicine")
    said = "; ".join(filter(None, (words(one, "text") for one in doses)))
    return "" if name else NO_NAME.format(said=f" ({said})" if said else "")[:500]


def _of_another(statement: Resource, parts: Parts, patient: Resource) -> bool:
    subject = parts.followed(statement, "subject", within=statement, kinds=("Patient",))
    return bool(subject and patient and subject is not patient)


def _reason(statement: Resource, parts: Parts) -> str:
    said = [concept(one) for one in each(statement, "reasonCode")]
    pointed = parts.follow(statement, "reasonReference", within=statement)
    return ", ".join(filter(None, [*said, *(concept(one, "code") for one in pointed)]))[:500]


def _change(statement: Resource, headed: str, name: str, notes: list[str]) -> tuple[str, str]:
    """What the document itself says happened to a medicine, and why."""
    status = _status(statement)
    said: dict[str, str] = {}
    for extension in extensions(statement, "MedicationChangeSummary"):
        for one in objects(extension, "extension"):
            said.setdefault(words(one, "url"), extension_value(one))
    own = CHANGES.get(said.get("status", "").lower(), "")
    change, doubt = what_happened(own, status=status, headed=headed)
    why = [doubt, said.get("indicationForChange") or said.get("indication"), said.get("detailsOfAmendment")]
    if status == "on-hold" or said.get("status", "").lower() == "on-hold":
        change, why = "changed", ["On hold", *why]
        notes.append(ON_HOLD.format(name=name))
    elif change == "stopped":
        why += [_why_stopped(statement, change), *all_words(statement, "note", "text")]
    elif doubt:
        notes.append(ASK.format(name=name, why=doubt))
    when = said.get("dateChanged") or said.get("dateTime")
    why += [concept(one) for one in each(statement, "statusReason")]
    why += [f"Changed on {day_in_words(when)}"] if when and change else []
    return change, ". ".join(dict.fromkeys(one.rstrip(".") for one in why if one))[:1_000]


def _status(statement: Resource) -> str:
    """The status as far as it says what happened. A request that is complete was supplied: that ends nothing."""
    status = words(statement, "status")
    return "" if status == "completed" and words(statement, "resourceType") == "MedicationRequest" else status


def _why_stopped(statement: Resource, change: str) -> str:
    """The reason given with a stopped medicine, which ITK3 means as why it was stopped, not as what it was for."""
    if change != "stopped" or "statusReason" in statement:
        return ""
    return ", ".join(filter(None, (concept(one) for one in each(statement, "reasonCode"))))


def _doses(doses: list[Resource], statement: Resource) -> dict[str, str]:
    """Dose, route and times of each dosage, in their order, and everything else that is said of how to give it."""
    amounts = [_amount(one) or words(one, "text") for one in doses]
    over = [words(one, "text") for one, amount in zip(doses, amounts, strict=True) if words(one, "text") != amount]
    extra = [concept(said) for one in doses for said in each(one, "additionalInstruction")]
    notes = [
        *all_words(statement, "note", "text"),
        *(word for one in doses for word in all_words(one, "patientInstruction")),
    ]
    everything = [*over, *extra, *notes]
    end = words(statement, "effectivePeriod", "end")
    until = [said.removeprefix(UNTIL) for said in extra if "course" in said.lower() or said.startswith(UNTIL)]
    return {
        "dose": _together(amounts),
        "route": _together([concept(one, "route") for one in doses]),
        "frequency": _together([_times(one) for one in doses]),
        "instructions": _together([said for said in everything if said]),
        "do_not_stop": _together([said for said in everything if any(one in said.lower() for one in KEEP_ON)]),
        "until": _together([day_in_words(end) if end else "", *until]),
    }


def _together(said: list[str]) -> str:
    return "; ".join(dict.fromkeys(one for one in said if one))[:1_000]


def _amount(dosage: Resource) -> str:
    """How much at a time: 75 mg, or 1 to 2 tablets."""
    for node in (dosage, first(dosage, "doseAndRate")):
        if quantity := _quantity(first(node, "doseQuantity")):
            return quantity
        low, high = _quantity(first(node, "doseRange", "low")), _quantity(first(node, "doseRange", "high"))
        if low and high:
            return f"{low} to {high}"
    return ""


def _quantity(node: Resource) -> str:
    value, unit = words(node, "value"), words(node, "unit") or words(node, "code")
    return f"{words(node, 'comparator')}{value} {unit}".strip() if value else ""


def _times(dosage: Resource) -> str:
    """When to give it, in the document's words where it has them."""
    said = concept(dosage, "timing", "code") or _repeat(first(dosage, "timing", "repeat"))
    needed = concept(dosage, "asNeededCodeableConcept")
    if needed:
        return f"{said} as needed: {needed}".strip()
    return f"{said} as needed".strip() if _true(dosage.get("asNeededBoolean")) else said


def _true(value: object) -> bool:
    return value is True or value == "true"


UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "wk": "weeks", "mo": "months", "a": "years"}


def _repeat(repeat: Resource) -> str:
    often, period, unit = (words(repeat, name) for name in ("frequency", "period", "periodUnit"))
    at = [*all_words(repeat, "timeOfDay"), *all_words(repeat, "when"), *all_words(repeat, "dayOfWeek")]
    spread = f"{often} times in {period} {UNITS.get(unit, unit)}" if often and period and unit else ""
    spread = spread.replace("in 1 days", "a day").replace("in 1 weeks", "a week").replace("1 times", "once")
    return ", ".join(filter(None, [spread, *at]))
