"""Who may: the only place that knows. Roles and what they grant, and what every address asks for."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from redbag import rows
from redbag.errors import NotAllowed
from redbag.organisations.models import Key, Kind, Membership, Organisation, Role, User


class Permission(StrEnum):
    READ_RESIDENTS = "read residents"
    WRITE_RESIDENTS = "write residents"
    READ_RESTRICTED = "see restricted pictures and papers"
    REMOVE_DOCUMENTS = "remove anybody's documents"
    MERGE_RESIDENTS = "merge two records of one resident"
    READ_BAGS = "read bags"
    WRITE_BAGS = "write bags"
    PRINT_LABELS = "print labels"
    PACK = "pack"
    READ_TRANSFERS = "read transfers as a party"
    READ_HELD_TRANSFERS = "read transfers held until a day ago"
    MOVE_BAGS = "move bags"
    CHECK_BAGS = "check bags"
    RECORD_OUTCOME = "record outcome"
    VOID_ANY_FACT = "void any fact of the home's transfers"
    WRITE_DISCHARGE = "write discharge summaries"
    READ_DISCHARGE = "read discharge summaries"
    ACKNOWLEDGE_DISCHARGE = "acknowledge discharge summaries"
    MANAGE_ENDPOINTS = "manage endpoints, deliveries and people"
    READ_REPORTS = "read reports"
    READ_AREA_REPORTS = "read reports of the area, nobody named"
    READ_JOURNAL = "read the journal"
    READ_AREA_JOURNAL = "read the area's journal, no clinical text"
    COPY_LETTERS = "copy letters that came on paper or by mail"
    DECIDE_MEDICINES = "decide medicines, when trained in them"
    CHECK_RETURNS = "answer what is asked when somebody is back"
    MAKE_READY = "say what is ready before somebody goes home"
    ANSWER_READINESS = "answer whether the home can take somebody back"
    WRITE_NOTES = "write notes about a journey"
    FOLLOW_CASES = "look after cases of what is not found"
    RECORD_DEATH = "record a death"
    RELEASE_BELONGINGS = "give belongings to executor or next of kin"
    DISPOSE_OF_BAGS = "dispose of a bag"
    SET_HOUSE_RULES = "set due times, quiet hours and what a hand-over asks for"
    ENROL_DEVICES = "make tablets ready to work without a network"
    LET_AGENCY_IN = "see and change the word that lets agency staff in"
    KEEP_RECORDS = "review what is due to be destroyed, hold it back, and answer who asks for their own record"
    LOOK_BACK = "say whether it was right that somebody opened a page without the tablet's code"
    SEE_HOME_VIEW = "see the home view of a scan"
    SEE_EMERGENCY_VIEW = "see the emergency view of a scan"
    SEE_CLINICAL_VIEW = "see the clinical view of a scan"


P = Permission
_CARER = {
    P.READ_RESIDENTS,
    P.WRITE_RESIDENTS,
    P.READ_BAGS,
    P.WRITE_BAGS,
    P.PACK,
    P.READ_TRANSFERS,
    P.MOVE_BAGS,
    P.CHECK_BAGS,
    P.RECORD_OUTCOME,
    P.READ_DISCHARGE,
    P.ACKNOWLEDGE_DISCHARGE,
    P.COPY_LETTERS,
    P.DECIDE_MEDICINES,
    P.CHECK_RETURNS,
    P.WRITE_NOTES,
    P.SEE_HOME_VIEW,
}
_SENIOR = _CARER | {
    P.READ_RESTRICTED,
    P.REMOVE_DOCUMENTS,
    P.MERGE_RESIDENTS,
    P.PRINT_LABELS,
    P.READ_REPORTS,
    P.READ_JOURNAL,
    P.VOID_ANY_FACT,
    P.FOLLOW_CASES,
    P.RELEASE_BELONGINGS,
    P.ANSWER_READINESS,
    P.LET_AGENCY_IN,
}
_MANAGER = _SENIOR | {
    P.MANAGE_ENDPOINTS,
    P.RECORD_DEATH,
    P.DISPOSE_OF_BAGS,
    P.SET_HOUSE_RULES,
    P.ENROL_DEVICES,
    P.KEEP_RECORDS,
    P.LOOK_BACK,
}
_WARD = {
    P.READ_REPORTS,
    P.READ_TRANSFERS,
    P.MOVE_BAGS,
    P.CHECK_BAGS,
    P.RECORD_OUTCOME,
    P.WRITE_DISCHARGE,
    P.READ_DISCHARGE,
    P.WRITE_NOTES,
    P.MAKE_READY,
    P.RECORD_DEATH,
    P.SEE_CLINICAL_VIEW,
}
AGENCY = "agency"  # not a role of anybody with an account: who sits at a shared tablet for one shift
_AGENCY = {
    P.READ_RESIDENTS,
    P.READ_BAGS,
    P.PACK,
    P.READ_TRANSFERS,
    P.MOVE_BAGS,
    P.CHECK_BAGS,
    P.CHECK_RETURNS,
    P.READ_DISCHARGE,
    P.SEE_HOME_VIEW,
}
GRANTS: dict[str, set[Permission]] = {
    AGENCY: _AGENCY,
    Role.CARER: _CARER,
    Role.SENIOR: _SENIOR,
    Role.HOME_MANAGER: _MANAGER,
    Role.GROUP_MANAGER: _MANAGER,
    Role.CREW: {P.READ_HELD_TRANSFERS, P.MOVE_BAGS, P.CHECK_BAGS, P.SEE_EMERGENCY_VIEW, P.READ_REPORTS},
    Role.WARD: _WARD,
    Role.DISCHARGE: _WARD | {P.MANAGE_ENDPOINTS, P.SET_HOUSE_RULES},
    Role.AUDITOR: {P.READ_AREA_REPORTS, P.READ_AREA_JOURNAL},
    Role.ADMINISTRATOR: {P.READ_BAGS, P.PRINT_LABELS, P.MANAGE_ENDPOINTS, P.SET_HOUSE_RULES, P.ENROL_DEVICES},
}


AREA_WIDE = {P.READ_AREA_REPORTS, P.READ_AREA_JOURNAL}
# An administrator's away from care homes: an ambulance service or an area has people, and no bags, labels or tablets.
WITHOUT_BAGS = {P.MANAGE_ENDPOINTS}


@dataclass(frozen=True)
class Post:
    """One role at one organisation."""

    organisation: Organisation
    role: str
    medicines_trained: bool = False

    @property
    def grants(self) -> set[Permission]:
        """What the role grants at this organisation."""
        if self.role == Role.ADMINISTRATOR and self.organisation.kind != Kind.CARE_HOME:
            return WITHOUT_BAGS
        return GRANTS[self.role]


@dataclass(frozen=True)
class Visit:
    """What a visitor without an account may do: one transfer, and nothing else.

    `reads` is false for a carrier; both it and `tells` are once the home has stopped them. `post` is from where they
    tell facts; with `service`, the name of a service that is on no list, that is the home, which keeps what they tell
    as told to it. Who only `carries` hands the bag to its home or where it is going, and to nobody else by a code.
    """

    visitor_id: uuid.UUID
    transfer_id: uuid.UUID
    post: Post
    service: str = ""
    reads: bool = True
    tells: bool = True
    carries: bool = False


@dataclass(frozen=True)
class Actor:
    """Whoever is asking: a person with posts, an organisation's key, or a visitor, who has no post at all.

    `sitting_id` is of agency staff at a shared tablet, who have a post but no account.
    """

    name: str
    posts: tuple[Post, ...]
    user: User | None = None
    key: Key | None = None
    facts_only: bool = False
    visit: Visit | None = None
    sitting_id: uuid.UUID | None = None

    @property
    def user_id(self) -> uuid.UUID | None:
        return self.user.pk if self.user else None

    @property
    def key_id(self) -> uuid.UUID | None:
        """The key they came with; of a visitor and of agency staff their own id, so that the journal names them."""
        return self.key.pk if self.key else self.visitor_id or self.sitting_id

    @property
    def visitor_id(self) -> uuid.UUID | None:
        return self.visit.visitor_id if self.visit else None

    @property
    def only_transfer(self) -> uuid.UUID | None:
        """The one transfer a visitor was let in to; None for everybody else."""
        return self.visit.transfer_id if self.visit else None

    @property
    def reads_transfer(self) -> uuid.UUID | None:
        """The one transfer a visitor may read; None for everybody else, for a carrier, and for who was stopped."""
        return self.visit.transfer_id if self.visit and self.visit.reads else None

    def telling(self) -> "Actor":
        """The same actor to tell facts with: a visitor gets a post for this alone, and still opens nothing by it.

        NotAllowed for a visitor whom the home has stopped.
        """
        if self.visit is not None and not self.visit.tells:
            raise NotAllowed("The home has stopped this visit. Ring them to say where the bag is.")
        return replace(self, posts=(self.visit.post,), facts_only=True) if self.visit else self

    @property
    def is_authenticated(self) -> bool:
        return True

    def may(self, permission: Permission, organisation_id: uuid.UUID | None) -> bool:
        """Whether a role of theirs at this organisation grants the permission; never for a visitor."""
        return self.visit is None and any(
            permission in p.grants for p in self.posts if p.organisation.pk == organisation_id
        )

    def organisations_with(self, *permissions: Permission) -> list[uuid.UUID]:
        """Where a role of theirs grants any of the permissions; nowhere for a visitor."""
        return [] if self.visit else [p.organisation.pk for p in self.posts if p.grants.intersection(permissions)]

    def trained_at(self, organisation_id: uuid.UUID | None) -> bool:
        """Whether they are a person whom this organisation knows as trained in medicines."""
        return self.user is not None and any(
            each.medicines_trained for each in self.posts if each.organisation.pk == organisation_id
        )

    def home(self) -> Organisation | None:
        """The one organisation they work at, or None when there are several or none."""
        places = {post.organisation.pk: post.organisation for post in self.posts}
        return next(iter(places.values())) if len(places) == 1 else None

    def first_place(self) -> Organisation | None:
        """Where their first post is: the organisation for which a look is written in the journal."""
        return next((post.organisation for post in self.posts), None)

    def post_at(self, ods_code: str) -> Post | None:
        """Their first post at the organisation with this ODS code."""
        return next((post for post in self.posts if post.organisation.ods_code == ods_code), None)

    def works_in(self, *kinds: Kind) -> bool:
        """Whether any of their organisations is of one of the kinds."""
        return any(post.organisation.kind in kinds for post in self.posts)


def actor_for(user: User, memberships: Iterable[Membership] | None = None) -> Actor:
    """A signed-in person with their current posts."""
    if memberships is None:
        memberships = user.memberships.filter(ended_at=None).select_related("organisation").order_by("started_at")
    posts = tuple(
        Post(organisation=each.organisation, role=each.role, medicines_trained=each.medicines_trained)
        for each in memberships
    )
    return Actor(name=user.name, posts=posts, user=user)


def open_rows(actor: Actor | None) -> Actor | None:
    """Let the database open to this request the rows of where they work, of the homes of their area, of their visit."""
    if actor is None:
        return None
    places = {post.organisation.pk for post in actor.posts}
    areas = [post.organisation.pk for post in actor.posts if post.grants & AREA_WIDE]
    if areas:
        places.update(Organisation.objects.filter(area__in=areas).values_list("pk", flat=True))
    rows.only(places, actor.only_transfer)
    return actor


def require(
    actor: Actor | None, permission: Permission | tuple[Permission, ...], place: Organisation | uuid.UUID
) -> None:
    """Raise NotAllowed unless the actor's role at this organisation grants the permission, or one of several."""
    wanted = _several(permission)
    organisation_id = place.pk if isinstance(place, Organisation) else place
    if actor is None or actor.facts_only or not any(actor.may(each, organisation_id) for each in wanted):
        raise NotAllowed(f"Your role may not {wanted[0]}.")


def require_anywhere(actor: Actor | None, permission: Permission | tuple[Permission, ...]) -> None:
    """Raise NotAllowed unless some role of the actor grants the permission, or one of several."""
    wanted = _several(permission)
    if actor is None or actor.facts_only or not actor.organisations_with(*wanted):
        raise NotAllowed(f"Your role may not {wanted[0]}.")


def _several(permission: Permission | tuple[Permission, ...]) -> tuple[Permission, ...]:
    return (permission,) if isinstance(permission, Permission) else permission
