"""Sections that protect life: allergies, resuscitation, the plan, medicines, conditions."""

from collections.abc import Mapping

from redbag.summaries.fields import Field, Section

ALLERGY_STATUS = (
    ("present", "Has allergies"),
    ("none_known", "No known allergies (asked)"),
    ("not_known", "Not known: check before giving anything"),
)
ALLERGY_CODES = (("none_known", "716186003"),)  # SNOMED CT: No known allergy
ALLERGENS = (
    ("Penicillin", "91936005"),
    ("Amoxicillin", "294505008"),
    ("Trimethoprim", ""),
    ("Codeine", ""),
    ("Morphine", ""),
    ("Aspirin", ""),
    ("Ibuprofen", ""),
    ("Latex", ""),
    ("Plasters", ""),
    ("Eggs", ""),
    ("Nuts", ""),
    ("Shellfish", ""),
)
CPR = (
    ("attempt", "Attempt CPR"),
    ("do_not_attempt", "Do NOT attempt CPR"),
    ("not_known", "No decision known, so attempt CPR"),
)
PAPERS = (("DNACPR", ""), ("ReSPECT", ""), ("ADRT", ""), ("Care plan", ""))
YES_NO = (("yes", "Yes"), ("no", "No"), ("not_known", "Not known"))
PREFERS = (
    ("home", "To be cared for here, and hospital only for what is named below"),
    ("hospital", "To go to hospital when it can help"),
    ("not_known", "Not known: nobody has asked yet"),
)


def _allergies(content: Mapping) -> dict[str, str]:
    rows = [row for row in content.get("items") or [] if any((words or "").strip() for words in row.values())]
    named = [row for row in rows if (row.get("agent") or "").strip()]
    if len(named) < len(rows) or (content.get("status") == "present" and not rows):
        return {"items": "Name what they are allergic to."}
    if content.get("status") != "present" and rows:
        return {"status": "Allergies are listed, so the answer must be: has allergies."}
    return {}


CLINICAL: tuple[Section, ...] = (
    Section(
        "allergies",
        "Allergies and bad reactions",
        (
            Field(
                "status",
                "Allergies",
                "choice",
                ALLERGY_STATUS,
                prsb="Allergies and adverse reactions",
                codes=ALLERGY_CODES,
            ),
            Field(
                "items",
                "What they are allergic to",
                "rows",
                columns=(
                    Field(
                        "agent", "To what", suggest=ALLERGENS, prsb="Allergies and adverse reactions: causative agent"
                    ),
                    Field("reaction", "What happens", prsb="Allergies and adverse reactions: reaction"),
                    Field("severity", "How bad", prsb="Allergies and adverse reactions: severity"),
                    Field(
                        "since",
                        "Known since, and who said so",
                        prsb="Allergies and adverse reactions: date recorded and evidence",
                        more=True,
                    ),
                    Field(
                        "code",
                        "Code (for computers)",
                        prsb="Allergies and adverse reactions: causative agent, coded",
                        more=True,
                    ),
                ),
                counts=False,
            ),
        ),
        180,
        "The nurse or senior in charge, from the GP record",
        "Allergies and adverse reactions",
        rule=_allergies,
    ),
    Section(
        "resuscitation",
        "If heart or breathing stops",
        (
            Field("recommendation", "What is recommended", "choice", CPR, prsb="Legal information: resuscitation"),
            Field(
                "papers",
                "Papers held",
                "rows",
                columns=(
                    Field("kind", "Which paper", suggest=PAPERS),
                    Field("signed_by", "Signed by"),
                    Field("signed_on", "Date signed"),
                    Field("original_seen", "Original seen by, when"),
                    Field("where", "Where it is now"),
                    Field("review_on", "Review date, if it states one", "date"),
                ),
                counts=False,
                hint="DNACPR, ReSPECT, ADRT (advance decision), care plan: as many as there are",
                prsb="Legal information: advance care plan and decisions",
            ),
            Field(
                "limits",
                "Agreed limits of other treatment",
                "long",
                counts=False,
                prsb="Legal information: treatment escalation",
            ),
        ),
        180,
        "The nurse or senior in charge, from the signed form",
        "Legal information",
    ),
    Section(
        "plan",
        "Should they go to hospital? What the plan says",
        (
            Field(
                "prefers",
                "What they want",
                "choice",
                PREFERS,
                prsb="Patient and carer concerns, expectations and wishes: preferred place of care",
            ),
            Field("hospital_for", "Hospital for", "long", hint="For example: a broken bone, pain we cannot control"),
            Field("treat_here", "Can be treated here", "long", counts=False, hint="For example: chest infection"),
            Field(
                "comfort_care",
                "Is the plan comfort care (end of life)?",
                "choice",
                YES_NO,
                hint="If yes, NEWS2 scores are hidden: they are not made for this",
                prsb="End of life care",
            ),
            Field(
                "ring",
                "Whom to ring before 999, when it is not life-threatening",
                "rows",
                columns=(
                    Field("who", "Who", suggest=(("Palliative care line", ""), ("GP", ""), ("Urgent response", ""))),
                    Field("phone", "Phone"),
                    Field("when", "When they answer"),
                ),
                counts=False,
            ),
            Field("medicines_here", "Just-in-case medicines kept here", counts=False, prsb="End of life care"),
            Field("agreed", "Agreed with whom, and when"),
        ),
        180,
        "The nurse or senior in charge, with the GP, the resident and the family",
        "Patient and carer concerns, expectations and wishes",
    ),
    Section(
        "medicines",
        "Medicines",
        (
            Field(
                "items",
                "Medicines",
                "rows",
                columns=(
                    Field("name", "Medicine", prsb="Medications and medical devices: name"),
                    Field(
                        "form", "Form (tablet, patch, liquid)", prsb="Medications and medical devices: form", more=True
                    ),
                    Field("dose", "Dose, word for word", prsb="Medications and medical devices: dose"),
                    Field("route", "Route", prsb="Medications and medical devices: route", more=True),
                    Field("frequency", "How often", prsb="Medications and medical devices: frequency"),
                    Field("reason", "What for", prsb="Medications and medical devices: indication", more=True),
                    Field("last_given", "Last given", prsb="Medications and medical devices: last dose given"),
                    Field("time_critical", "Must not be late", "tick"),
                    Field(
                        "code",
                        "dm+d code, if you have it",
                        prsb="Medications and medical devices: name, coded",
                        more=True,
                    ),
                ),
                prsb="Medications and medical devices",
            ),
            Field("how", "How they take medicines", counts=False, hint="Whole, crushed, in jam, with a drink"),
            Field("note", "Anything else about medicines", "long", counts=False),
        ),
        30,
        "Staff trained in medicines, from the MAR chart",
        "Medications and medical devices",
    ),
    Section(
        "conditions",
        "Conditions and what matters at once",
        (
            Field("diagnoses", "Conditions", "long", prsb="Diagnoses: problem list"),
            Field("blood_thinner", "Blood thinner", prsb="Safety alerts"),
            Field("insulin", "Insulin or diabetes", prsb="Safety alerts"),
            Field("seizures", "Seizures", prsb="Safety alerts"),
            Field("oxygen_target", "Oxygen target", prsb="Individual requirements"),
            Field(
                "scale2_by",
                "SpO2 scale 2: which clinician set it, when",
                counts=False,
                hint="Leave empty unless a clinician has said so",
                more=True,
            ),
            Field("infection", "Infection or isolation", prsb="Safety alerts: infection"),
            Field(
                "devices",
                "Pacemaker, catheter, feeding tube, other devices",
                counts=False,
                prsb="Medications and medical devices: devices",
                more=True,
            ),
            Field(
                "operations",
                "Operations and big illnesses",
                "long",
                counts=False,
                prsb="Procedures: past history",
                more=True,
            ),
            Field(
                "pregnant",
                "Pregnant",
                "choice",
                YES_NO,
                counts=False,
                hint="NEWS2 is not made for pregnancy",
                more=True,
            ),
        ),
        90,
        "The nurse or senior in charge, from the GP record",
        "Diagnoses",
    ),
)
