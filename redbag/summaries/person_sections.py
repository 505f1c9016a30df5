"""Sections about the person: what is normal, what help they need, who they are, what the law says."""

from redbag.summaries.clinical_sections import YES_NO
from redbag.summaries.fields import Field, Section

STAY = (
    ("permanent", "Lives here"),
    ("new", "New here: less than two weeks"),
    ("respite", "Here for a short stay (respite)"),
    ("not_known", "Not filled in"),
)
LEARNING = (
    ("learning_disability", "Learning disability"),
    ("autism", "Autism"),
    ("both", "Learning disability and autism"),
    ("none", "Neither"),
    ("not_known", "Not known"),
)
DOLS = (
    ("authorised", "Authorised at this care home only; the hospital must decide for itself"),
    ("applied", "Applied for"),
    ("none", "None"),
    ("not_known", "Not known"),
)
ATTORNEYS = (
    ("Attorney for health and welfare", ""),
    ("Attorney for property and money", ""),
    ("Deputy for health and welfare", ""),
    ("Deputy for property and money", ""),
)


def _need(name: str, label: str, prsb: str) -> Field:
    return Field(name, label, "levels", prsb=f"Nursing care needs: {prsb}, capability beside baseline")


PERSON: tuple[Section, ...] = (
    Section(
        "normal",
        "What is normal for them",
        (
            Field("mobility", "Moving about", prsb="Social context: mobility"),
            Field("speech", "Speech", prsb="Individual requirements: communication"),
            Field("confusion", "Memory and confusion", prsb="Individual requirements: cognition"),
            Field(
                "communication",
                "How to talk with them (hearing, sight, language)",
                prsb="Individual requirements: communication",
            ),
            Field("capacity", "Can decide about today?", prsb="Legal information: mental capacity"),
        ),
        90,
        "Care staff who know them",
        "Individual requirements",
    ),
    Section(
        "care",
        "Eating, moving and care",
        (
            Field("swallowing", "Swallowing, food and drink", prsb="Nursing care needs: eating and drinking"),
            Field("lifting", "Lifting and transfers", prsb="Nursing care needs: moving"),
            Field("continence", "Continence, catheter", prsb="Nursing care needs: toileting and continence"),
            Field("skin", "Skin and pressure areas", "long", prsb="Nursing care needs: skin"),
            Field("falls", "Falls", counts=False, hint="When was the last one, and what helps"),
            Field("pain", "How they show pain", counts=False),
            Field(
                "hydration",
                "How much they drink in a day",
                counts=False,
                prsb="Nursing care needs: hydration",
                more=True,
            ),
            Field(
                "feeding",
                "Feeding tube, thickener, special cup or spoon",
                counts=False,
                prsb="Nursing care needs: feeding equipment",
                more=True,
            ),
            Field("risk_to_crew", "Risk to others", prsb="Safety alerts: risks to others"),
        ),
        30,
        "Care staff who know them",
        "Nursing care needs",
    ),
    Section(
        "needs",
        "Help they need: usually, and today",
        (
            _need("eating", "Eating", "eating"),
            _need("drinking", "Drinking", "drinking"),
            _need("washing", "Washing and mouth care", "personal care"),
            _need("dressing", "Dressing", "dressing"),
            _need("toilet", "Using the toilet", "toileting"),
            _need("continence", "Holding water and bowels", "continence"),
            _need("moving", "Walking and moving", "mobility"),
            _need("bed", "Turning in bed, getting up", "transfers"),
            _need("understanding", "Understanding and being understood", "communication"),
            _need("safety", "Keeping safe alone", "safety"),
        ),
        30,
        "Care staff who know them",
        "Nursing care needs",
        hint="Ward staff see at once what is new",
    ),
    Section(
        "passport",
        "Learning disability and autism",
        (
            Field("which", "Learning disability or autism", "choice", LEARNING, prsb="Individual requirements"),
            Field(
                "adjustments",
                "What to do differently for them",
                "long",
                counts=False,
                hint="A quiet room, one question at a time, somebody they know stays",
                prsb="Individual requirements: reasonable adjustments",
            ),
            Field("distress", "What upsets them, and what calms them", "long", counts=False),
            Field("passport", "Hospital passport: where it is", counts=False, prsb="Individual requirements"),
            Field("liaison", "Liaison nurse: name and phone", counts=False),
        ),
        365,
        "Care staff, with the person and the family",
        "Individual requirements",
    ),
    Section(
        "about_me",
        "About me",
        (
            Field("important", "What is most important to me", "long", prsb="About Me: most important to me"),
            Field("people", "People who are important to me", "long", prsb="About Me: people important to me"),
            Field("communicate", "How I communicate", "long", prsb="About Me: how I communicate"),
            Field("wellness", "My wellness", "long", counts=False, prsb="About Me: my wellness", more=True),
            Field("please_do", "Please do, and please don't", "long", prsb="About Me: please do and don't"),
            Field(
                "support",
                "How and when to support me",
                "long",
                counts=False,
                prsb="About Me: how and when to support me",
                more=True,
            ),
            Field(
                "worth_knowing",
                "Also worth knowing",
                "long",
                counts=False,
                prsb="About Me: also worth knowing",
                more=True,
            ),
            Field(
                "helped_by",
                "Who helped me to write this",
                counts=False,
                prsb="About Me: supported to write this by",
                more=True,
            ),
            Field("written_on", "Written on", "date", counts=False, prsb="About Me: date", more=True),
        ),
        365,
        "The person, with family or care staff",
        "About Me",
    ),
    Section(
        "stay",
        "How well we know them",
        (
            Field("kind", "Their stay", "choice", STAY, prsb="Social context: lives in a care home"),
            Field("since", "Here since", "date", counts=False),
            Field("from_where", "Came from", counts=False),
            Field("ask", "Who knows them best: name and phone", counts=False, prsb="Social context: personal contacts"),
        ),
        None,
        "Whoever welcomed them",
        "Social context",
    ),
    Section(
        "legal",
        "Decisions and the law",
        (
            Field("told", "Told how information is used", prsb="Legal information: information sharing"),
            Field("objection", "Any objection, and to what", counts=False),
            Field("objection_effect", "What the objection changes", counts=False),
            Field(
                "capacity",
                "Capacity for decisions about this transfer",
                counts=False,
                prsb="Legal information: mental capacity",
            ),
            Field(
                "attorneys",
                "Attorney or deputy",
                "rows",
                columns=(
                    Field("name", "Name"),
                    Field("kind", "Which kind", suggest=ATTORNEYS),
                    Field("seen", "Paper seen by, when"),
                    Field("phone", "Phone"),
                ),
                counts=False,
                prsb="Legal information: lasting power of attorney or deputy",
            ),
            Field(
                "imca",
                "Independent advocate (IMCA): name and phone",
                counts=False,
                prsb="Legal information: IMCA",
                more=True,
            ),
            Field(
                "dols_state",
                "Deprivation of liberty safeguards",
                "choice",
                DOLS,
                prsb="Legal information: deprivation of liberty",
            ),
            Field("dols", "Where it is valid, and until when", counts=False),
            Field("dols_told", "DoLS team told of going to hospital: who, when", counts=False),
            Field(
                "mental_health",
                "Mental Health Act: leave and its conditions",
                counts=False,
                prsb="Legal information: Mental Health Act",
                more=True,
            ),
        ),
        365,
        "The manager or senior in charge",
        "Legal information",
    ),
    Section(
        "safeguarding",
        "Safeguarding: stays in the home",
        (
            Field(
                "speak_first",
                "Must crew and ward speak to the nurse in charge before sharing with anybody?",
                "choice",
                YES_NO,
                hint="They read only: speak to the nurse in charge before sharing",
                counts=False,
            ),
            Field("detail", "What it is about", "long", counts=False, hint="Never leaves this home"),
            Field("incident", "Incident form: done by, when", counts=False),
            Field("told", "Safeguarding team told: by whom, when", counts=False),
            Field("candour", "Duty of candour: person or family told, when", counts=False),
        ),
        None,
        "The manager or senior in charge",
        travels=False,
    ),
)
