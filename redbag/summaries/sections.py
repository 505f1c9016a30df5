"""Every section of the health summary, in the order in which it is shown. Adding one is a definition, not a page."""

from redbag.summaries.clinical_sections import CLINICAL
from redbag.summaries.fields import Section
from redbag.summaries.person_sections import PERSON
from redbag.summaries.scored_sections import SCORED

ORDER = (
    "allergies",
    "resuscitation",
    "plan",
    "medicines",
    "conditions",
    "normal",
    "needs",
    "care",
    "passport",
    "scores",
    "about_me",
    "stay",
    "legal",
    "safeguarding",
)
_ALL = {section.name: section for section in (*CLINICAL, *PERSON, *SCORED)}
SECTIONS: tuple[Section, ...] = tuple(_ALL[name] for name in ORDER)
BY_NAME = {section.name: section for section in SECTIONS}
