"""Where a bag can be, and how it gets there."""

from django.db import models


class Stage(models.TextChoices):
    PACKED = "PACKED", "Packed"
    WITH_CREW = "WITH_CREW", "With the crew"
    IN_HOSPITAL = "IN_HOSPITAL", "In hospital"
    COMING_HOME = "COMING_HOME", "Coming home"
    BACK_HOME = "BACK_HOME", "Back home"
    CLOSED = "CLOSED", "Closed"


class Kind(models.TextChoices):
    """What a fact tells."""

    PACK = "pack", "Packed"
    HANDOFF = "handoff", "Hand-over"
    CHECK = "check", "Contents checked"
    OPENED = "opened", "Opened"
    OUTCOME = "outcome", "Outcome"
    VOID = "void", "Taken back"
    ADDITION = "addition", "Added later"


class Receiver(models.TextChoices):
    """Who takes the bag, as far as the pathway cares. SOMEBODY is a name in words: a taxi, an unknown hospital."""

    AMBULANCE = "ambulance"
    HOSPITAL = "hospital"
    HOME = "home"
    ANOTHER_HOME = "another_home"
    SOMEBODY = "somebody"


class Outcome(models.TextChoices):
    DIED = "died", "Died"
    ANOTHER_HOME = "another_home", "Went to another home"
    ANOTHER_HOSPITAL = "another_hospital", "Went to another hospital"
    OWN_HOME = "own_home", "Went to their own home"
    HOSPICE = "hospice", "Went to a hospice"
    HOSPITAL_AT_HOME = "hospital_at_home", "Hospital at home"
    SELF_DISCHARGE = "self_discharge", "Left hospital by their own choice"
    NOT_TAKEN = "not_taken", "Not taken to hospital"
    TREATED_ON_SCENE = "treated_on_scene", "Treated at the home"
    SAME_DAY_RETURN = "same_day_return", "Back the same day"
    OUTSIDE_NETWORK = "outside_network", "Went to a place that does not use Red Bag online"
    NO_BAG = "no_bag", "Went without a bag"
    LEFT_IN_AMBULANCE = "left_in_ambulance", "Bag left in the ambulance"
    WITH_FAMILY = "with_family", "Family has the bag"
    FOLLOWS_LATER = "follows_later", "The bag follows later"
    CANNOT_RETURN = "cannot_return", "Cannot come back yet"
    LOST = "lost", "Bag lost"
    CLOSED = "closed", "Finished"


class Where(models.TextChoices):
    """Where the resident is, as far as that is not simply with the bag."""

    WITH_BAG = "", "With the bag"
    HOME = "home", "At home"
    ON_THE_WAY = "on_the_way", "On the way to hospital"
    HOSPITAL = "hospital", "In hospital"
    COMING_HOME = "coming_home", "On the way home"
    ANOTHER_HOME = "another_home", "At another home"
    OWN_HOME = "own_home", "At their own home"
    HOSPICE = "hospice", "In a hospice"
    HOSPITAL_AT_HOME = "hospital_at_home", "Cared for at home by the hospital"
    LEFT_HOSPITAL = "left_hospital", "Left hospital by their own choice"
    OUTSIDE = "outside", "At a place that does not use Red Bag online"
    DIED = "died", "Died"


ITEM_STATES = ("present", "missing", "extra", "changed")
STAYED_HOME = {Outcome.NOT_TAKEN, Outcome.TREATED_ON_SCENE}
PARTING = {Outcome.LEFT_IN_AMBULANCE, Outcome.WITH_FAMILY, Outcome.FOLLOWS_LATER, Outcome.LOST}
MOVED_ON = {
    Outcome.ANOTHER_HOME: Where.ANOTHER_HOME,
    Outcome.OWN_HOME: Where.OWN_HOME,
    Outcome.HOSPICE: Where.HOSPICE,
    Outcome.HOSPITAL_AT_HOME: Where.HOSPITAL_AT_HOME,
    Outcome.SELF_DISCHARGE: Where.LEFT_HOSPITAL,
    Outcome.OUTSIDE_NETWORK: Where.OUTSIDE,
}

S, R = Stage, Receiver
EXPECTED = {
    (S.PACKED, R.AMBULANCE): S.WITH_CREW,
    (S.PACKED, R.HOSPITAL): S.IN_HOSPITAL,  # went by own transport
    (S.PACKED, R.SOMEBODY): S.WITH_CREW,  # a taxi, the family's car
    (S.WITH_CREW, R.AMBULANCE): S.WITH_CREW,  # another crew took over
    (S.WITH_CREW, R.HOSPITAL): S.IN_HOSPITAL,
    (S.WITH_CREW, R.SOMEBODY): S.IN_HOSPITAL,  # a hospital outside the network
    (S.WITH_CREW, R.HOME): S.BACK_HOME,  # treated on scene
    (S.IN_HOSPITAL, R.HOSPITAL): S.IN_HOSPITAL,  # moved ward or trust
    (S.IN_HOSPITAL, R.AMBULANCE): S.COMING_HOME,
    (S.IN_HOSPITAL, R.SOMEBODY): S.COMING_HOME,
    (S.IN_HOSPITAL, R.ANOTHER_HOME): S.COMING_HOME,  # the bag goes with the resident, then back to its home
    (S.IN_HOSPITAL, R.HOME): S.BACK_HOME,  # fetched by the home
    (S.COMING_HOME, R.AMBULANCE): S.COMING_HOME,
    (S.COMING_HOME, R.SOMEBODY): S.COMING_HOME,
    (S.COMING_HOME, R.ANOTHER_HOME): S.COMING_HOME,
    (S.COMING_HOME, R.HOME): S.BACK_HOME,
    (S.BACK_HOME, R.HOME): S.BACK_HOME,
}
UNEXPECTED = {
    R.AMBULANCE: S.WITH_CREW,
    R.HOSPITAL: S.IN_HOSPITAL,
    R.HOME: S.BACK_HOME,
    R.ANOTHER_HOME: S.COMING_HOME,
    R.SOMEBODY: S.WITH_CREW,
}


def after(stage: Stage, receiver: Receiver) -> tuple[Stage, bool]:
    """The stage once this receiver holds the bag, and whether the pathway expected it."""
    expected = EXPECTED.get((stage, receiver))
    return (expected, True) if expected else (UNEXPECTED[receiver], False)
