"""Every measure counted the slow way: journey by journey, in plain lists, from what docs/measures.md says.

It shares nothing with the counting of rows or with the statements that add them up. What it starts from are the facts
as the journey's replay flags them, and the letters, cases and reconciliations as they are kept.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from django.db.models import F

from redbag.discharges.models import DischargeSummary
from redbag.reconciliations.models import Reconciliation
from redbag.reports.figures import Number
from redbag.transfers.case_models import Case
from redbag.transfers.journeys import journeys_of
from redbag.transfers.models import Snapshot, Transfer

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOSPITALS = ("hospital", "outside")


@dataclass
class Post:
    """A letter: when it was sent and taken on, whether it is the newest, whether the home itself put it in."""

    sent_at: datetime
    read_at: datetime | None = None
    current: bool = True
    by_home: bool = False


@dataclass
class Told:
    """A journey with all that belongs to it, worked out step by step."""

    transfer: object
    journey: object
    facts: list
    posts: list[Post] = field(default_factory=list)
    used_at: datetime | None = None
    cases: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    next_left_at: datetime | None = None
    frozen: dict | None = None

    def __post_init__(self):
        self.told = {fact.pk: fact for fact in self.facts if fact.pk not in self.journey.voided_by}
        self.minutes, self.end_stage, self.first_onward = self._legs()
        self.departed = self.attended = self.left = self.home = None
        self._follow_resident()
        self.with_bag = self.transfer.bag_id is not None and "no_bag" not in self.journey.outcomes
        self.died = len(self.journey.deaths) > 0

    def _legs(self):
        spent, stage, since, first = {}, "PACKED", self.transfer.packed_at, None
        for step in self.journey.steps:
            now = step.at if step.at > since else since
            if str(step.stage) == stage:
                continue
            if first is None:
                first = str(step.stage)
            spent[stage] = spent.get(stage, timedelta()) + (now - since)
            stage, since = str(step.stage), now
        spent.pop(stage, None)
        return {name: int(length.total_seconds() // 60) for name, length in spent.items()}, stage, first

    def _follow_resident(self):
        usual = {
            "PACKED": "home",
            "WITH_CREW": "on_the_way",
            "IN_HOSPITAL": "hospital",
            "COMING_HOME": "coming_home",
            "BACK_HOME": "home",
        }
        was = "home"
        for step in self.journey.steps:
            is_at = str(step.resident_is) or usual[str(step.stage)]
            if is_at == was:
                continue
            if was == "home" and is_at not in ("died", "hospital_at_home"):
                self.departed = self.departed or step.at
                self.home = None
            if is_at in HOSPITALS:
                self.attended, self.left = self.attended or step.at, None
            if was in HOSPITALS and is_at not in (*HOSPITALS, "died"):
                self.left = step.at
            if is_at == "home":
                self.home = step.at if self.departed else None
                outcome = self.told[step.told].outcome if step.told in self.told else ""
                if not self.attended and outcome in ("not_taken", "treated_on_scene"):
                    self.departed = self.home = None
            was = is_at

    @property
    def day(self):
        return self.transfer.packed_at.astimezone(LONDON).date()

    @property
    def went(self):
        return [item for item in self.journey.items if item.where != "home"]

    def lost(self):
        """Each thing that was missed: its kind, where last seen, whether it is still missing, outcome, worth."""
        for item in self.journey.items:
            states = [seen.state for seen in item.seen]
            if "missing" not in states:
                continue
            last_missed = max(place for place, state in enumerate(states) if state == "missing")
            seen = [str(look.leg) for look in item.seen[:last_missed] if look.state != "missing"]
            outcome, pence = self.cases.get(item.id, ("", None))
            missing = states[-1] == "missing" and outcome != "mistake"
            yield item.category, seen[-1] if seen else "PACKED", missing, outcome, pence

    def handovers(self):
        """Each hand-over: who took it, its flags, whether the receiving side said so, and who gave it."""
        for before, hold in zip(self.journey.holds, self.journey.holds[1:], strict=False):
            giver = str(before.receiver)
            tellings = [self.told[each] for each in hold.told_in if each in self.told]
            tellings = [each for each in tellings if each.kind == "handoff"]
            for group in in_wards(tellings):
                told_in = [set(self.journey.flags[each.pk]) for each in group]
                flags = set().union(*told_in) - {"unconfirmed", "late"}
                if all("late" in each for each in told_in):
                    flags.add("late")
                if not all("late" in self.journey.flags[each.pk] for each in group):
                    flags.discard("late")
                if not hold.confirmed:
                    flags.add("unconfirmed")
                own = any(each.organisation_id == each.to_id or each.code_proved for each in group)
                yield str(hold.receiver), flags, own, giver
                giver = str(hold.receiver)


def in_wards(tellings):
    """The tellings of one stay, parted where another ward is named."""
    groups, ward = [], ""
    for each in tellings:
        if not groups or (each.place and ward and each.place != ward):
            groups.append([])
        ward = each.place or ward
        groups[-1].append(each)
    return groups


def between(since, until):
    """Whole minutes, never below nought."""
    return None if since is None or until is None else max(0, int((until - since).total_seconds() // 60))


def share(part, whole):
    return Number(round(100 * part / whole, 1) if whole else None, whole, part)


def rate(part, whole):
    return share(part, whole)


def spread(lengths, unit=1):
    """Median, quartiles and mean of lengths in minutes."""
    lengths = sorted(length for length in lengths if length is not None)
    if not lengths:
        return Number(None, 0)
    low, _, high = quantiles(lengths, n=4, method="inclusive") if len(lengths) > 1 else (lengths[0],) * 3
    told = [round(each / unit, 1) for each in (median(lengths), low, high, sum(lengths) / len(lengths))]
    return Number(told[0], len(lengths), low=told[1], high=told[2], mean=told[3])


def counted(everybody: list[Told], start, end, moment, now) -> dict[str, dict[str, Number]]:
    """Every measure's lines by name, over days in London, both included, that end at a moment and are looked at now."""
    told = [each for each in everybody if start <= each.day <= end]
    posts = [post for each in everybody for post in each.posts]
    posts = [post for post in posts if start <= post.sent_at.astimezone(LONDON).date() <= end]
    return {
        **_way(told, everybody, moment),
        **_paperwork(told),
        **_belongings(told),
        **_coming_home(told, posts, now),
        **_outcomes(told, now),
    }


RECEIVERS = ("ambulance", "hospital", "home", "another_home", "somebody")


def _way(told, everybody, moment):
    handed = [each for one in told for each in one.handovers()]
    to_hospital = [each for each in handed if each[0] == "hospital"]
    back = [each for each in handed if each[0] == "home"]
    out = [each for each in handed if each[3] == "hospital" and each[0] != "hospital"]
    own_word = sum(own for _, _, own, _ in to_hospital)
    found = {
        "turn-round": {
            "waiting": spread(one.minutes.get("PACKED") for one in told if one.first_onward == "WITH_CREW"),
            "riding": spread(one.minutes.get("WITH_CREW") for one in told if one.journey.arrivals),
            "staying": spread(one.minutes.get("IN_HOSPITAL") for one in told),
            "returning": spread(one.minutes.get("COMING_HOME") for one in told if one.end_stage == "BACK_HOME"),
        },
        "awareness": {"all": share(sum(own for _, _, own, _ in to_hospital), len(to_hospital))},
        "not-looked-through": {
            "hospital": share(sum("unchecked" in flags for _, flags, _, _ in to_hospital), len(to_hospital)),
            "as-it-left": share(sum("unchecked" in flags for _, flags, _, _ in out), len(out)),
            "home": share(sum("unchecked" in flags for _, flags, _, _ in back), len(back)),
        },
        "identity-not-checked": {
            "all": share(sum("identity_not_checked" in flags for _, flags, own, _ in to_hospital if own), own_word)
        },
    }
    for name, flag in (
        ("unconfirmed", "unconfirmed"),
        ("unexpected", "unexpected"),
        ("told-late", "late"),
    ):
        flags_of = {kind: [flags for who, flags, _, _ in handed if who == kind] for kind in RECEIVERS}
        found[name] = {kind: share(sum(flag in each for each in all_), len(all_)) for kind, all_ in flags_of.items()}
    behind = [between(one.home, one.journey.back_at) for one in told if one.with_bag]
    found["bag-return"] = {"all": spread(behind, 60), "apart": spread([each for each in behind if each], 60)}
    away = [
        one.journey.left_at
        for one in everybody
        if one.with_bag
        and one.journey.left_at
        and one.journey.left_at < moment
        and not (one.journey.back_at and one.journey.back_at < moment)
        and not (one.journey.closed_at and one.journey.closed_at < moment)
    ]
    long = [since for since in away if since < moment - 14 * DAY]
    without = sum(
        bool(one.with_bag and one.journey.left_at and one.journey.closed_at and not one.journey.back_at) for one in told
    )
    found["away-too-long"] = {
        "away": Number(len(away)),
        "too-long": Number(len(long)),
        "finished-without": Number(without),
    }
    return found


FIRST_ASKED = {"allergies", "resuscitation", "plan", "medicines", "conditions"}
ASKED = FIRST_ASKED | {"normal", "needs", "care", "about_me", "legal"}


def _paperwork(told):
    left = [one.frozen for one in told if one.journey.left_at and one.frozen is not None]
    complete, fresh = [_parts_there(frozen) >= ASKED for frozen in left], [_fresh(frozen) for frozen in left]
    told_of = {
        "medicines": ["medicines" in _parts_there(frozen) for frozen in left],
        "allergies": ["allergies" in _parts_there(frozen) for frozen in left],
        "resuscitation": ["resuscitation" in _parts_there(frozen) for frozen in left],
        "reason": [any(text.strip() for text in (frozen.get("reason") or {}).values() if text) for frozen in left],
        "observations": [_observed_that_day(frozen) for frozen in left],
        "baseline": [frozen.get("baseline") is not None for frozen in left],
    }
    both = [each and lately for each, lately in zip(complete, fresh, strict=True)]
    return {
        "paperwork": {
            "complete": share(sum(complete), len(left)),
            "fresh": share(sum(fresh), len(left)),
            "both": share(sum(both), len(left)),
        },
        "what-travelled": {name: share(sum(there), len(left)) for name, there in told_of.items()},
    }


def _parts_there(frozen):
    there = set()
    for part in frozen["summary"]:
        said = part["content"]
        if part["name"] == "medicines":
            listed = [row for row in said.get("items") or [] if (row.get("name") or "").strip()]
            words = [said.get(each) for each in ("how", "note") if (said.get(each) or "").strip()]
            has = bool(listed or words)
        else:
            has = bool(part["completeness"])
        if has and part["name"] in ASKED:
            there.add(part["name"])
    return there


def _fresh(frozen):
    there = _parts_there(frozen)
    due = [part["due"] for part in frozen["summary"] if part["name"] in there]
    return bool(due) and not any(due)


def _observed_that_day(frozen):
    seen = frozen.get("observation")
    if not seen:
        return False
    return datetime.fromisoformat(frozen["taken_at"]) - datetime.fromisoformat(seen["taken_at"]) <= DAY


KINDS = {
    "dentures": ("dentures_upper", "dentures_lower"),
    "hearing-aids": ("hearing_aid_left", "hearing_aid_right"),
    "glasses": ("glasses",),
    "walking-aid": ("walking_aid",),
    "phone": ("phone",),
    "clothes": ("clothes", "toiletries"),
    "medicines": ("medicines",),
    "documents": ("document",),
    "other": ("other",),
}


def _belongings(told):
    lost = [each for one in told for each in one.lost()]
    went = sum(one.journey.left_at is not None for one in told)
    still = [(category, leg) for category, leg, missing, _, _ in lost if missing]
    gone = [pence for _, _, missing, outcome, pence in lost if missing or outcome in ("replaced", "paid", "not_found")]
    priced = [pence for pence in gone if pence is not None]
    back = [
        one for one in told if one.with_bag and one.went and one.departed and str(one.journey.last_stage) == "BACK_HOME"
    ]
    return {
        "missing-items": {
            leg: rate(sum(seen == leg for _, seen in still), went)
            for leg in ("PACKED", "WITH_CREW", "IN_HOSPITAL", "COMING_HOME", "BACK_HOME")
        },
        "missing-kinds": {
            name: rate(sum(category in kinds for category, _ in still), went) for name, kinds in KINDS.items()
        },
        "lost-value": {
            "pounds": Number(round(sum(priced) / 100, 2), len(priced)),
            "priced": Number(len(priced)),
            "lost": Number(len(gone)),
        },
        "checked-back": {"all": share(sum(one.journey.holds[-1].checks > 0 for one in back), len(back))},
    }


def _coming_home(told, posts, now):
    home = [one for one in told if one.attended and one.home]
    arrived = []
    for one in home:
        if any(post.sent_at <= one.home for post in one.posts):
            arrived.append(True)
        elif not one.posts or not min(one.posts, key=lambda post: post.sent_at).by_home:
            arrived.append(False)
    posts = [post for post in posts if not post.by_home]
    judged = [post for post in posts if post.read_at or (post.current and post.sent_at < now - DAY)]
    soon = [post for post in judged if post.read_at and between(post.sent_at, post.read_at) <= 24 * 60]
    known = [one for one in home if one.used_at or one.home < now - DAY]
    done = [one for one in known if one.used_at and between(one.home, one.used_at) <= 24 * 60]
    hours = [one.left.astimezone(LONDON).hour for one in told if one.left]
    return {
        "letter-on-arrival": {"all": share(sum(arrived), len(arrived))},
        "time-to-read": {"all": share(len(soon), len(judged))},
        "hours-to-read": {"all": spread([between(post.sent_at, post.read_at) for post in posts], 60)},
        "medicines-reconciled": {"all": share(len(done), len(known))},
        "night-discharges": {"all": share(sum(hour >= 22 or hour < 6 for hour in hours), len(hours))},
    }


def _outcomes(told, now):
    attended = [one for one in told if one.attended and (one.home or one.attended < now - DAY)]
    quick = [one for one in attended if one.home and between(one.departed, one.home) <= 24 * 60]

    def stays(bag):
        return [between(one.attended, one.left) for one in told if one.with_bag is bag]

    def again(days):
        watched = [one for one in told if one.attended and one.home and one.home < now - days * DAY]
        back = [
            one
            for one in watched
            if one.next_left_at is not None and between(one.home, one.next_left_at) <= days * 24 * 60
        ]
        return share(len(back), len(watched))

    return {
        "length-of-stay": {"with-bag": spread(stays(True), 24 * 60), "without-bag": spread(stays(False), 24 * 60)},
        "returned-soon": {"all": share(len(quick), len(attended))},
        "readmission": {"7-days": again(7), "30-days": again(30)},
    }


def everybody() -> list[Told]:
    """Every journey in the database with all that belongs to it."""
    told = [
        Told(transfer, journey, facts)
        for transfer, facts, journey in journeys_of(Transfer.objects.select_related("resident"))
    ]
    by_transfer = {one.transfer.pk: one for one in told}
    for letter in DischargeSummary.objects.filter(state__in=["sent", "superseded"], transfer__isnull=False):
        if letter.taken_off:
            continue
        read = getattr(letter, "acknowledgement", None)
        post = Post(letter.sent_at, read.at if read else None, letter.state == "sent", letter.source != "hospital")
        by_transfer[letter.transfer_id].posts.append(post)
    for done in Reconciliation.objects.exclude(used_at=None).select_related("summary"):
        one = by_transfer[done.summary.transfer_id]
        one.used_at = min(filter(None, (one.used_at, done.used_at)))
    for case in Case.objects.order_by("opened_at"):
        by_transfer[case.transfer_id].cases[str(case.item)] = (case.outcome, case.value_pence)
    for snapshot in Snapshot.objects.filter(hash=F("transfer__snapshot_hash")):
        by_transfer[snapshot.transfer_id].frozen = json.loads(snapshot.content)
    for one in told:
        later = [
            other
            for other in told
            if person_of(other) == person_of(one)
            and other.transfer.packed_at > one.transfer.packed_at
            and other.departed
        ]
        following = min(later, key=lambda other: other.transfer.packed_at, default=None)
        one.next_left_at = following.departed if following else None
    return told


def person_of(one):
    """Two records that were joined are one person's."""
    resident = one.transfer.resident
    return resident.merged_into_id or resident.pk
