"""Which kinds of things go with a resident, and where they can be. The words are what staff read."""

CATEGORIES = {
    "glasses": "Glasses",
    "dentures_upper": "Dentures, upper",
    "dentures_lower": "Dentures, lower",
    "hearing_aid_left": "Hearing aid, left",
    "hearing_aid_right": "Hearing aid, right",
    "phone": "Phone",
    "walking_aid": "Walking aid",
    "clothes": "Clothes for going home",
    "toiletries": "Toiletries",
    "medicines": "Medicines",
    "document": "Original document",
    "other": "Something else",
}
PLACES = {"bag": "In the bag", "worn": "Wearing", "alongside": "With them", "home": "Stayed home"}
