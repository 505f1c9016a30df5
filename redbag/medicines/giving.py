"""How a medicine is given: its form and its route, as tables of the words that lists use.

Source: general professional knowledge. The tables are not complete: what is not in them is compared by its words.
"""

import re
from dataclasses import dataclass

from redbag.medicines.written import either, tidy

FORMS = {
    "dispersible tablet": ("dispersible tablets", "dispersible tablet", "dispersible", "soluble tablets", "soluble"),
    "effervescent tablet": ("effervescent tablets", "effervescent tablet", "effervescent"),
    "orodispersible tablet": ("orodispersible tablets", "orodispersible tablet", "orodispersible", "oro-dispersible",
                              "odt", "melts", "lyophilisate", "oral lyophilisate"),
    "chewable tablet": ("chewable tablets", "chewable tablet", "chewable", "chew tabs"),
    "sublingual tablet": ("sublingual tablets", "sublingual tablet"),
    "buccal tablet": ("buccal tablets", "buccal tablet"),
    "tablet": ("tablets", "tablet", "tabs", "tab", "caplets", "caplet", "film-coated tablets", "film-coated",
               "film coated", "scored"),
    "capsule": ("capsules", "capsule", "caps", "cap", "gastro capsules", "hard capsules"),
    "liquid": ("oral solution", "oral suspension", "oral liquid", "oral drops solution", "solution", "suspension",
               "liquid", "syrup", "elixir", "linctus", "mixture", "concentrate", "sugar free", "sugar-free", "s/f",
               "concentrated oral solution"),
    "powder": ("oral powder sachets", "oral powder", "sachets", "sachet", "granules", "powder"),
    "patch": ("transdermal patches", "transdermal patch", "patches", "patch", "transdermal system"),
    "medicated plaster": ("medicated plasters", "medicated plaster", "plasters", "plaster"),
    "inhaler": ("dry powder inhaler", "inhalation powder", "pressurised inhaler", "inhaler", "inhalers", "evohaler",
                "accuhaler", "turbohaler", "easyhaler", "autohaler", "easi-breathe", "ellipta", "respimat",
                "nexthaler", "breezhaler", "handihaler", "genuair", "spiromax", "mdi", "pmdi", "dpi", "cfc free",
                "inhalation capsules", "puff", "puffs"),
    "nebuliser": ("nebuliser liquid", "nebuliser solution", "nebules", "nebule", "nebs", "unit dose vials"),
    "cream": ("cream",),
    "ointment": ("ointment",),
    "gel": ("gel",),
    "lotion": ("lotion",),
    "shampoo": ("shampoo",),
    "eye drops": ("eye drops", "eye drop", "eyedrops"),
    "eye ointment": ("eye ointment",),
    "eye gel": ("eye gel",),
    "ear drops": ("ear drops", "eardrops", "ear spray"),
    "nasal spray": ("nasal spray", "nasal drops", "nose drops"),
    "sublingual spray": ("sublingual spray", "sublingual aerosol"),
    "suppository": ("suppositories", "suppository"),
    "enema": ("enemas", "enema", "rectal solution", "micro-enema"),
    "pessary": ("pessaries", "pessary", "vaginal tablets", "vaginal tablet", "vaginal cream", "vaginal ring"),
    "injection": ("solution for injection", "injection", "injections", "pre-filled syringe", "prefilled syringe",
                  "pre-filled pen", "prefilled pen", "kwikpen", "flexpen", "solostar", "flextouch", "penfill",
                  "cartridges", "cartridge", "vial", "vials", "ampoules", "ampoule", "pen", "syringe", "depot"),
    "mouthwash": ("mouthwash", "mouth wash"),
    "oral gel": ("oral gel", "oromucosal gel"),
    "lozenge": ("lozenges", "lozenge", "pastilles"),
    "spray": ("spray", "sprays"),
    "drops": ("drops", "drop"),
}  # fmt: skip
FORM_OF = {word: form for form, words in FORMS.items() for word in words}
FORM_WORDS = re.compile(rf"(?<![\w-])(?:{either(FORM_OF)})(?![\w-])")

ROUTES = {
    "by mouth": ("by mouth", "orally", "oral", "po", "p.o.", "p.o", "per os", "swallowed", "via mouth"),
    "feeding tube": ("via peg", "peg", "ng", "via ng", "nasogastric", "via ng tube", "ng tube", "peg tube", "rig",
                     "via rig", "feeding tube", "via feeding tube", "enteral", "jejunostomy", "pej", "nj",
                     "gastrostomy", "via gastrostomy"),
    "under the tongue": ("sublingual", "sublingually", "sl", "s/l", "under the tongue", "under tongue"),
    "inside the cheek": ("buccal", "buccally", "inside the cheek"),
    "under the skin": ("subcutaneous", "subcutaneously", "sc", "s/c", "s.c.", "subcut", "sub cut", "sub-cut",
                       "under the skin"),
    "into a muscle": ("intramuscular", "intramuscularly", "im", "i.m.", "into a muscle"),
    "into a vein": ("intravenous", "intravenously", "iv", "i.v.", "into a vein"),
    "injection": ("injection", "by injection", "injected", "parenteral"),
    "into the back passage": ("pr", "p.r.", "rectal", "rectally", "per rectum", "into the back passage"),
    "into the vagina": ("pv", "p.v.", "vaginal", "vaginally", "per vagina"),
    "skin": ("topical", "topically", "top", "to the skin", "on the skin", "skin", "cutaneous", "transdermal",
             "transdermally", "patch", "to affected area", "td"),
    "inhaled": ("inhaled", "inhale", "inhalation", "by inhalation", "inh", "via inhaler", "via spacer", "inhaler"),
    "nebulised": ("nebulised", "neb", "via nebuliser", "nebuliser", "by nebuliser"),
    "left eye": ("left eye", "le", "into the left eye", "to left eye"),
    "right eye": ("right eye", "re", "into the right eye", "to right eye"),
    "both eyes": ("both eyes", "be", "to both eyes", "into both eyes", "each eye"),
    "eye": ("eye", "ocular", "ophthalmic", "into the eye", "eyes"),
    "left ear": ("left ear", "into the left ear"),
    "right ear": ("right ear", "into the right ear"),
    "both ears": ("both ears", "into both ears"),
    "ear": ("ear", "aural", "otic"),
    "nose": ("nasal", "nasally", "intranasal", "nose", "each nostril", "both nostrils"),
}  # fmt: skip
ROUTE_OF = {word: route for route, words in ROUTES.items() for word in words}
PLAIN = ("tablet", "capsule")
SWALLOWED = ("tablet", "dispersible tablet", "effervescent tablet", "orodispersible tablet", "chewable tablet",
             "capsule", "liquid", "powder")  # fmt: skip
IMPLIED = dict.fromkeys(SWALLOWED, "by mouth") | {
    "sublingual tablet": "under the tongue",
    "sublingual spray": "under the tongue",
    "buccal tablet": "inside the cheek",
    "oral gel": "by mouth",
    "lozenge": "by mouth",
    "mouthwash": "by mouth",
    "patch": "skin",
    "medicated plaster": "skin",
    "inhaler": "inhaled",
    "nebuliser": "nebulised",
    "cream": "skin",
    "ointment": "skin",
    "gel": "skin",
    "lotion": "skin",
    "shampoo": "skin",
    "eye drops": "eye",
    "eye ointment": "eye",
    "eye gel": "eye",
    "ear drops": "ear",
    "nasal spray": "nose",
    "suppository": "into the back passage",
    "enema": "into the back passage",
    "pessary": "into the vagina",
    "injection": "injection",
}
WAYS = {
    "by mouth": "swallowed",
    "feeding tube": "swallowed",
    "under the skin": "injected",
    "into a muscle": "injected",
    "into a vein": "injected",
    "injection": "injected",
    **{route: route.split()[-1].rstrip("s") for route in ROUTES if route.split()[-1].rstrip("s") in ("eye", "ear")},
}


@dataclass(frozen=True, kw_only=True)
class Given:
    """Form and route in our own words, empty where the list is silent; `understood` is whether the words were known.

    `way` is what matters for taking two for one: what is swallowed is never taken for what is put on the skin.
    """

    form: str = ""
    route: str = ""
    way: str = ""
    route_understood: bool = True


def given_as(*, form_words: str, route_words: str, drunk: bool = False) -> Given:
    """Form and route from the words of a list; `form_words` may hold name and dose too.

    `drunk` is whether the dose is in ml: then it is a liquid, where neither form nor route say otherwise.
    """
    form = form_of(form_words)
    stated = ROUTE_OF.get(tidy(route_words).strip(" ."), "")
    if drunk and not form and WAYS.get(stated, "" if route_words.strip() else "swallowed") == "swallowed":
        form = "liquid"
    if form == "capsule" and stated == "inhaled":
        form = "inhaler"
    route = stated or ("" if route_words.strip() else IMPLIED.get(form, ""))
    if form == "spray" and stated in ("under the tongue", "nose"):
        form = "sublingual spray" if stated == "under the tongue" else "nasal spray"
    return Given(
        form=form,
        route=route,
        way=WAYS.get(route, route),
        route_understood=bool(stated) or not route_words.strip(),
    )


def form_of(words: str) -> str:
    """The form that the words name, of several the first but a special tablet before a plain one; else nothing."""
    found = [FORM_OF[each] for each in FORM_WORDS.findall(tidy(words))]
    special = [form for form in found if form.endswith(" tablet")]
    return next(iter(special if special and found[0] == "tablet" else found), "")
