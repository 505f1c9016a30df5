"""Which medicine a written name means: its ingredients, brand, salt and release.

The table `known_names.csv` (one row for each medicine: other names, brands, release, when the brand matters, and why
it is watched) comes from general professional knowledge of what is used for older people in England. It is not
complete, and what is not in it is compared by its words alone. A clinical safety officer must review it before it is
used in care. "Brand matters" follows MHRA advice on antiepileptics of category 1, and common advice for lithium,
ciclosporin, tacrolimus, theophylline, slow-release diltiazem and nifedipine, insulin, inhalers and opioid patches.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from redbag.medicines.written import blank, either, tidy


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the table says: `brand_matters` is empty, all, MR, patch or inhaled; `group` is why it is watched."""

    generic: str
    release: str = ""
    brand_matters: str = ""
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Name:
    """A written name, understood. `medicine` is its ingredients, or the words themselves when no table has them.

    `left` are words that nobody here knows: with any of them it is another product than its `ingredients` alone.
    `release` is MR, EC or empty, `release_words` how it was written (xl, sr), `brand` as in the table.
    """

    medicine: str
    known: Known | None = None
    brand: str = ""
    salt: str = ""
    release: str = ""
    release_words: str = ""
    left: str = ""
    ingredients: str = ""


def _rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "known_names.csv").open(newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))


def _tables() -> tuple[dict[str, Known], dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Medicines by generic name, generic and nothing by each other name, generic and release by each brand."""
    known, names, brands = {}, {}, {}
    for row in _rows():
        generic = row["generic"]
        known[generic] = Known(
            generic=generic, release=row["release"], brand_matters=row["brand matters"], group=row["group"]
        )
        for name in filter(None, (generic, *row["other names"].split("|"))):
            names[tidy(name)] = (generic, "")
        for written in filter(None, row["brands"].split("|")):
            brand, _, release = written.partition(":")
            brands[tidy(brand)] = (generic, release)
    return known, names, brands


KNOWN, NAMES, BRANDS = _tables()
PHRASES = re.compile(rf"(?<![\w+-])(?:{either([*NAMES, *BRANDS])})(?![\w+]|-[a-z0-9])")
RELEASES = {
    "MR": ("modified release", "modified-release", "prolonged release", "prolonged-release", "slow release",
           "slow-release", "sustained release", "sustained-release", "extended release", "extended-release",
           "controlled release", "controlled-release", "12 hour", "24 hour", "m/r", "mr", "xl", "sr", "xr", "er", "cr",
           "la", "pr", "retard", "chrono", "chronosphere", "continus"),
    "EC": ("gastro-resistant", "gastro resistant", "enteric coated", "enteric-coated", "enteric", "ec", "e/c", "gr"),
}  # fmt: skip
RELEASE_OF = {word: release for release, words in RELEASES.items() for word in words}
RELEASE_WORDS = re.compile(rf"(?<![\w-])(?:{either(RELEASE_OF)})(?![\w-])")
SALTS = ("hydrochloride", "hydrobromide", "hcl", "sodium", "disodium", "potassium", "calcium", "magnesium", "sulfate",
         "sulphate", "besilate", "besylate", "mesilate", "maleate", "fumarate", "tartrate", "bitartrate", "succinate",
         "phosphate", "citrate", "carbonate", "bromide", "acetate", "nitrate", "propionate", "dipropionate", "furoate",
         "dihydrate", "monohydrate", "trihydrate", "hemihydrate", "arginine", "erbumine", "etexilate", "hydrate",
         "medoxomil", "anhydrous", "pivoxil", "tosilate", "valerate", "butyrate", "xinafoate")  # fmt: skip
SALT_WORDS = re.compile(rf"(?<![\w-])(?:{either(SALTS)})(?![\w-])")
WATER = ("dihydrate", "monohydrate", "trihydrate", "hemihydrate", "hydrate", "anhydrous", "hcl", "hydrochloride")
HARMLESS = frozenset((
    "and", "with", "the", "of", "a", "for", "to", "be", "sugar", "free", "s", "f", "cfc", "npf", "preservative",
    "unit", "disposable", "devices", "device", "pfs", "oral", "orange", "plain", "original", "low", "brand",
    "generic", "ph", "eur", "bp", "film", "coated", "take", "one", "two", "tablets", "tablet", "dose", "doses", "new",
    "pre", "filled", "as", "per", "inr", "directed", "according", "chart", "yellow", "book", "please",
))  # fmt: skip
# Names that people and machines mix up (tall-man lettering). They are told apart by the table; no likeness joins them.
LOOK_ALIKE = (
    ("amlodipine", "amiloride"),
    ("amlodipine", "amitriptyline"),
    ("carbamazepine", "carbimazole"),
    ("carbamazepine", "oxcarbazepine"),
    ("hydroxyzine", "hydralazine"),
    ("prednisolone", "propranolol"),
    ("penicillamine", "penicillin"),
    ("clobazam", "clonazepam"),
    ("quinine", "quetiapine"),
    ("mirtazapine", "mirabegron"),
    ("bisoprolol", "bisacodyl"),
    ("atenolol", "amlodipine"),
    ("azathioprine", "azithromycin"),
    ("chlorpromazine", "chlorphenamine"),
    ("cyclizine", "cetirizine"),
    ("donepezil", "doxepin"),
    ("fluoxetine", "fluvoxamine"),
    ("fluoxetine", "duloxetine"),
    ("furosemide", "fluoxetine"),
    ("gliclazide", "glipizide"),
    ("lamotrigine", "lamivudine"),
    ("levetiracetam", "levofloxacin"),
    ("losartan", "lisinopril"),
    ("mercaptopurine", "mercaptamine"),
    ("metformin", "metronidazole"),
    ("methotrexate", "metolazone"),
    ("nicorandil", "nifedipine"),
    ("olanzapine", "omeprazole"),
    ("oxycodone", "oxybutynin"),
    ("paroxetine", "pioglitazone"),
    ("pregabalin", "gabapentin"),
    ("propranolol", "pravastatin"),
    ("rivaroxaban", "rivastigmine"),
    ("ropinirole", "risperidone"),
    ("sertraline", "cetirizine"),
    ("sulfasalazine", "sulfadiazine"),
    ("sumatriptan", "sitagliptin"),
    ("tramadol", "trazodone"),
    ("morphine", "oxycodone"),
    ("simvastatin", "sitagliptin"),
)


def looks_like(one: str, other: str) -> bool:
    """Whether these two are different medicines with names known to be mixed up."""
    return (one, other) in LOOK_ALIKE or (other, one) in LOOK_ALIKE


def phrases_in(text: str) -> tuple[list[str], str]:
    """The names in the table that stand in a text, and the text without them."""
    rest, found = tidy(text), []
    while match := PHRASES.search(rest):
        found.append(match.group())
        rest = blank(rest, match)
    return found, rest


def name_of(found: list[str], rest: str) -> Name:
    """Which medicine these phrases name, where `rest` is what stood beside them without strength, form and times."""
    release, release_words, rest = _first(RELEASE_WORDS, RELEASE_OF, rest)
    salts = sorted(set(SALT_WORDS.findall(rest))) if found else []
    rest = SALT_WORDS.sub(" ", rest) if found else rest
    left = " ".join(word for word in re.findall(r"[^\W_]+", rest) if word not in HARMLESS)
    medicine = _joined({(NAMES.get(phrase) or BRANDS[phrase])[0] for phrase in found})
    brand = next((phrase for phrase in sorted(found) if phrase in BRANDS), "")
    return Name(
        medicine=" ".join(filter(None, (medicine, left))),
        known=None if left else KNOWN.get(medicine),
        ingredients=medicine,
        brand=brand,
        salt=" ".join(salt for salt in salts if salt not in WATER),
        release=release or _release_of(brand, KNOWN.get(medicine)),
        release_words=release_words,
        left=left,
    )


def _first(pattern: re.Pattern, meanings: dict[str, str], text: str) -> tuple[str, str, str]:
    """What the first match means, how it was written, and the text without any of them."""
    found = pattern.search(text)
    return (meanings[found.group()], found.group(), pattern.sub(" ", text)) if found else ("", "", text)


def _release_of(brand: str, known: Known | None) -> str:
    return BRANDS.get(brand, ("", ""))[1] or (known.release if known else "")


def _joined(generics: set[str]) -> str:
    """The ingredients of all of them, in one order; plain *insulin* beside a named one adds nothing."""
    generics = {each for each in generics if each != "insulin" or not any("insulin " in other for other in generics)}
    return " + ".join(sorted({part for generic in generics for part in generic.split(" + ")}))
