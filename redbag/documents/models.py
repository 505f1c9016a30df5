"""Documents of residents; their files lie encrypted beside the database."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import User
from redbag.residents.models import Resident


class Documents(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of residents of the homes where the actor's role reads residents; restricted ones for fewer roles."""
        return self._of_residents(actor).exclude(self._shut_to(actor))

    def of_person(self, resident_id: uuid.UUID):
        """Those of a record and of the records that were joined to it."""
        return self.filter(resident__in=Resident.objects.records_of(resident_id))

    def hidden_from(self, actor: Actor | None):
        """The restricted ones of residents whom the actor may see, to be counted and nothing else."""
        return self._of_residents(actor).filter(self._shut_to(actor))

    def readable_by(self, actor: Actor | None):
        """Those the actor may look at: what was taken off is for whoever may bring it back."""
        return self.visible_to(actor).filter(Q(removed_at=None) | _taken_off_by(actor))

    def removable_by(self, actor: Actor | None):
        """Those the actor may take off and bring back, whether or not they may look at them.

        Seniors and managers may; so may whoever added it, for a slip is best mended by who made it.
        """
        return self._of_residents(actor).filter(_taken_off_by(actor))

    def known_to(self, actor: Actor | None):
        """Those the actor may look at, or at least take off."""
        readable = ~self._shut_to(actor) & Q(removed_at=None)
        return self._of_residents(actor).filter(readable | _taken_off_by(actor))

    def _of_residents(self, actor: Actor | None):
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(resident__home__in=actor.organisations_with(Permission.READ_RESIDENTS))

    def _shut_to(self, actor: Actor | None) -> Q:
        open_at = actor.organisations_with(Permission.READ_RESTRICTED) if actor else []
        return Q(restricted=True) & ~Q(resident__home__in=open_at)

    def kept(self):
        """Those nobody removed."""
        return self.filter(removed_at=None)


def _taken_off_by(actor: Actor | None) -> Q:
    if actor is None:
        return Q(pk__in=[])
    anybodys = Q(resident__home__in=actor.organisations_with(Permission.REMOVE_DOCUMENTS))
    if actor.user_id is None:
        return anybodys
    return anybodys | Q(added_by=actor.user_id, resident__home__in=actor.organisations_with(Permission.WRITE_RESIDENTS))


class Document(models.Model):
    """A paper or picture of a resident. What is kept is what was made of the upload, never the upload itself.

    `look_again_on` asks whether it is still right; a decision paper has one only if the form states it. A `restricted`
    one is seen by the home's nurse in charge and managers alone.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", "Photo of the person"
        DNACPR = "dnacpr", "DNACPR form"
        RESPECT = "respect", "ReSPECT form"
        ADRT = "adrt", "Advance decision to refuse treatment"
        CARE_PLAN = "care_plan", "Care plan"
        THIS_IS_ME = "this_is_me", "This Is Me"
        PASSPORT = "passport", "Hospital passport"
        MAR = "mar", "MAR chart"
        ATTORNEY = "attorney", "Power of attorney"
        DOLS = "dols", "Deprivation of liberty papers"
        WOUND = "wound", "Photo of skin or wound"
        OTHER = "other", "Something else"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=150, blank=True)
    content_type = models.CharField(max_length=40)
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    dated_on = models.DateField(null=True)
    look_again_on = models.DateField(null=True)
    restricted = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    added_by_name = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True)
    removed_by_name = models.CharField(max_length=150, blank=True)
    removed_why = models.CharField(max_length=200, blank=True)

    objects = Documents.as_manager()

    class Meta:
        indexes = [models.Index(fields=["resident", "kind", "-added_at"], name="document_by_resident")]
        constraints = [models.CheckConstraint(condition=Q(pages__gte=1), name="a_document_has_a_page")]

    @property
    def name(self) -> str:
        """What it is called: its title, else its kind."""
        return self.title or self.get_kind_display()

    @property
    def file_name(self) -> str:
        """The name under which it is saved, which says nothing of the person: dnacpr-2026-05-03.pdf."""
        ending = "pdf" if self.content_type == "application/pdf" else "jpg"
        return f"{self.kind.replace('_', '-')}-{self.dated_on or self.added_at.date()}.{ending}"

    @property
    def is_decision(self) -> bool:
        """Whether it is a decision of or for the person, which no date of ours makes older."""
        return self.kind in (self.Kind.DNACPR, self.Kind.RESPECT, self.Kind.ADRT)

    def to_look_at(self, today: date) -> bool:
        """Whether its *look again* date has come."""
        return self.look_again_on is not None and self.look_again_on <= today
