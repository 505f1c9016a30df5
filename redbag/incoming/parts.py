"""The resources of one Bundle and how they point at each other."""

from collections.abc import Iterator
from typing import Any

from redbag.incoming.trees import all_words, concept, first, objects, words

MOST_ENTRIES = 5_000
Resource = dict[str, Any]


class Parts:
    """The resources of a Bundle, found by any address by which another one may point at them."""

    def __init__(self, bundle: Resource, notes: list[str]) -> None:
        self.identifier = first(bundle, "identifier")
        self.resources: list[Resource] = []
        self.by_address: dict[str, Resource] = {}
        self.full_urls: dict[int, str] = {}
        for number, entry in enumerate(objects(bundle, "entry")):
            if number >= MOST_ENTRIES:
                notes.append(f"The document has more than {MOST_ENTRIES:,} parts. The rest was not read.")
                break
            for resource in objects(entry, "resource"):
                self.add(resource, words(entry, "fullUrl"))

    def add(self, resource: Resource, full_url: str = "") -> None:
        """Take one more resource in. Of two with one address the first keeps it."""
        self.resources.append(resource)
        if full_url:
            self.full_urls[id(resource)] = full_url
        kind, name = words(resource, "resourceType"), words(resource, "id")
        for address in (full_url, _local(full_url), f"{kind}/{name}" if name else "", f"urn:uuid:{name}".lower()):
            if address and address != "urn:uuid:":
                self.by_address.setdefault(address, resource)

    def of_kind(self, *kinds: str) -> list[Resource]:
        """All resources of these kinds, in the order of the document."""
        return [one for one in self.resources if words(one, "resourceType") in kinds]

    def at(self, reference: str, *, within: Resource | None = None) -> Resource | None:
        """What a reference points at: inside the resource that holds it, or in this Bundle; never elsewhere."""
        reference = reference.split("/_history/")[0]
        if reference.startswith("#"):
            inside = objects(within or {}, "contained")
            return next((one for one in inside if words(one, "id") == reference[1:]), None)
        for address in (reference, reference.lower(), _local(reference)):
            if address and (found := self.by_address.get(address)) is not None:
                return found
        return None

    def follow(self, node: Any, *path: str, within: Resource | None = None) -> Iterator[Resource]:
        """The resources that the references at the end of a path point at."""
        for reference in all_words(node, *path, "reference"):
            if (found := self.at(reference, within=within)) is not None:
                yield found

    def followed(self, node: Any, *path: str, within: Resource | None = None, kinds: tuple[str, ...] = ()) -> Resource:
        """The first of them, of one of these kinds if kinds are given; an empty one when there is none."""
        found = self.follow(node, *path, within=within)
        return next((one for one in found if not kinds or words(one, "resourceType") in kinds), {})


def _local(address: str) -> str:
    """The last two steps of an address: Patient/1."""
    steps = address.rstrip("/").split("/")
    return "/".join(steps[-2:]) if len(steps) > 1 else ""


def named(node: Any) -> str:
    """An identifier as one word: a UUID by itself, everything else with the system that gave it."""
    system, value = words(node, "system"), words(node, "value")
    bare = value.lower().removeprefix("urn:uuid:")
    if len(bare) == 36 and bare.count("-") == 4:
        return bare
    return f"{system}|{value}" if value and system else value


def person_name(node: Any) -> tuple[str, str]:
    """Family and given names, of the official name where there are several."""
    names = list(objects(node, "name"))
    best = next((one for use in ("official", "usual", "") for one in names if words(one, "use") == use), None)
    best = best or (names[0] if names else {})
    family, given = words(best, "family"), " ".join(all_words(best, "given"))
    return (family, given) if family or given else (words(best, "text"), "")


def said_name(node: Any) -> str:
    """A person's or place's name as one line."""
    names = list(objects(node, "name"))
    if not names:
        return words(node, "name")
    family, given = person_name(node)
    return words(names[0], "text") or " ".join([*all_words(names[0], "prefix"), given, family]).strip()


def phone(node: Any) -> str:
    """The first telephone number given, as written."""
    lines = list(objects(node, "telecom"))
    return next((words(one, "value") for one in lines if words(one, "system") == "phone" and words(one, "value")), "")


def coded(node: Any, *path: str, systems: tuple[str, ...]) -> str:
    """The first code of one of these systems, in the order of `systems`."""
    codings = list(objects(node, *path, "coding"))
    for system in systems:
        for one in codings:
            if words(one, "system").rstrip("/") == system and words(one, "code"):
                return words(one, "code")
    return ""


def extensions(node: Any, ending: str) -> Iterator[Resource]:
    """The extensions whose address ends so, whichever version of the profile they are of."""
    for one in objects(node, "extension"):
        name = words(one, "url").rstrip("/").rpartition("/")[2]
        if name.lower().removesuffix("-1").endswith(ending.lower()):
            yield one


def extension_value(one: Any) -> str:
    """What an extension says, whatever type it is."""
    for key in sorted(one) if isinstance(one, dict) else ():
        if key.startswith("value") and (said := concept(one, key)):
            return said
    return ""
