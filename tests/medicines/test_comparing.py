"""Whole lists: who is paired with whom, what is said of it, and in what order it is read."""

import pytest

from redbag.medicines.comparing import compare, in_reading_order
from redbag.medicines.listed import Listed
from tests.medicines.lists import listed, one, told


def test_what_the_hospital_does_not_name_is_not_mentioned_never_stopped():
    (line,) = compare(listed("Donepezil ; 10 mg ; ON"), [])
    assert line.kind == "not_mentioned"
    assert "does not mean stopped: ask before you stop it" in line.why


def test_what_is_not_on_our_list_is_new_to_us_and_started_only_when_the_hospital_says_so():
    lines = compare([], listed("Furosemide ; 20 mg ; OM", "Senna ; 15 mg ; ON ; change=new"))
    assert told(lines) == [("new_to_us", "", "Furosemide"), ("started", "", "Senna")]


def test_something_stopped_that_we_never_had_is_said_as_such():
    (line,) = compare([], listed("Ibuprofen ; 400 mg ; TDS ; change=stopped"))
    assert (line.kind, line.before) == ("stopped", None)
    assert "It is not on your list" in line.why


def test_on_hold_is_not_stopped_and_asks_when_to_give_it_again():
    (line,) = compare(listed("Apixaban ; 5 mg ; BD"), listed("Apixaban ; 5 mg ; BD ; change=withheld"))
    assert line.kind == "uncertain"
    assert "ask when it is given again" in line.why


def test_started_though_we_gave_it_already_is_a_contradiction():
    (line,) = compare(listed("Ramipril ; 5 mg ; OD"), listed("Ramipril ; 5 mg ; OD ; change=started"))
    assert line.kind == "uncertain"
    assert "it is on your list" in line.why


def test_continued_with_another_dose_is_changed_and_said_so():
    (line,) = compare(listed("Ramipril ; 5 mg ; OD"), listed("Ramipril ; 10 mg ; OD ; change=continued"))
    assert line.kind == "changed"
    assert "says it goes on as before, but it is not the same" in line.why
    assert [(each.before, each.after) for each in line.differences] == [("5 mg", "10 mg")]


def test_a_medicine_stopped_and_begun_anew_is_two_lines_that_name_each_other():
    lines = compare(
        listed("Ramipril ; 10 mg ; OD"),
        listed("Ramipril ; 10 mg ; OD ; change=stopped", "Ramipril ; 5 mg ; OD ; change=started"),
    )
    assert told(lines) == [("stopped", "Ramipril", "Ramipril"), ("started", "", "Ramipril")]
    assert "lists the same medicine once more (Ramipril 5 mg OD (started))" in lines[0].why
    assert "Your list has the same medicine too (Ramipril 10 mg OD)" in lines[1].why


def test_stopped_without_saying_which_of_two_is_asked_about():
    before = listed("Zomorph ; 30 mg ; BD", "Oramorph 10mg/5ml oral solution ; 5 mg ; PRN")
    lines = compare(before, listed("Morphine ; ; ; change=stopped"))
    assert [line.kind for line in lines] == ["uncertain"] * 3
    assert "The hospital says it was stopped." in next(line.why for line in lines if line.after)


def test_a_name_that_only_looks_like_ours_is_not_stopped_by_it():
    (line,) = compare(listed("Amlodpine ; 5 mg ; OD"), listed("Amlodipine ; 5 mg ; OD ; change=stopped"))
    assert (line.kind, "The hospital says it was stopped." in line.why) == ("uncertain", True)


def test_the_same_dose_stopped_and_continued_on_one_list_is_a_contradiction():
    both = listed("Ramipril ; 5 mg ; OD ; change=stopped", "Ramipril ; 5 mg ; OD ; change=continued")
    assert {line.kind for line in compare(listed("Ramipril ; 5 mg ; OD"), both)} == {"uncertain"}


def test_two_doses_of_one_medicine_are_paired_by_their_amounts_and_times():
    before = listed("Furosemide ; 40 mg ; morning", "Furosemide ; 20 mg ; noon")
    same = compare(before, listed("Frusemide ; 20 mg ; noon", "Frusemide ; 40 mg ; morning"))
    assert [line.kind for line in same] == ["unchanged", "unchanged"]
    more = compare(before, listed("Furosemide ; 40 mg ; morning", "Furosemide ; 40 mg ; noon"))
    assert sorted((line.kind, line.before.dose, line.after.dose) for line in more) == [
        ("changed", "20 mg", "40 mg"),
        ("unchanged", "40 mg", "40 mg"),
    ]


def test_one_of_two_doses_left_out_is_not_mentioned():
    before = listed("Furosemide ; 40 mg ; morning", "Furosemide ; 20 mg ; noon")
    lines = compare(before, listed("Furosemide ; 40 mg ; morning"))
    assert [(line.kind, line.before.dose) for line in lines] == [("not_mentioned", "20 mg"), ("unchanged", "40 mg")]
    assert "more often than the list of the hospital (Furosemide 40 mg morning)" in lines[0].why


def test_where_it_is_not_clear_which_goes_with_which_every_one_is_asked_about():
    before = listed("Levothyroxine ; 100 micrograms ; OD", "Levothyroxine ; 25 micrograms ; OD")
    lines = compare(before, listed("Levothyroxine ; 150 micrograms ; OD"))
    assert [line.kind for line in lines] == ["uncertain"] * 3
    assert all("not clear which goes with which" in line.why for line in lines)


def test_the_same_line_twice_on_one_list_is_asked_about():
    lines = compare(listed("Senna ; 15 mg ; ON"), listed("Senna ; 15 mg ; ON", "Senna ; 15 mg ; at night"))
    assert sorted(line.kind for line in lines) == ["uncertain", "unchanged"]


def test_slow_and_quick_release_of_one_medicine_are_paired_each_with_its_own():
    before = listed("Zomorph ; 30 mg ; BD", "Oramorph 10mg/5ml oral solution ; 5 mg ; PRN")
    after = listed("Morphine 10mg/5ml oral solution ; 2.5 ml ; PRN", "Zomorph 30mg capsules ; 60 mg ; BD")
    assert sorted((line.kind, line.before.name) for line in compare(before, after)) == [
        ("changed", "Zomorph"),
        ("unchanged", "Oramorph 10mg/5ml oral solution"),
    ]


def test_a_combination_is_not_its_parts():
    lines = compare(listed("Co-codamol 30/500 ; 2 tablets ; QDS"), listed("Paracetamol ; 1 g ; QDS"))
    assert told(lines) == [("not_mentioned", "Co-codamol 30/500", ""), ("new_to_us", "", "Paracetamol")]


@pytest.mark.parametrize(
    ("one_name", "other"),
    [
        ("Amlodipine", "Amiloride"),
        ("Carbamazepine", "Carbimazole"),
        ("Hydroxyzine", "Hydralazine"),
        ("Prednisolone", "Propranolol"),
        ("Penicillamine", "Penicillin"),
        ("Clobazam", "Clonazepam"),
        ("Quinine", "Quetiapine"),
        ("Chlorpromazine", "Chlorphenamine"),
        ("Gliclazide", "Glipizide"),
        ("Azathioprine", "Azithromycin"),
        ("Rivaroxaban", "Rivastigmine"),
        ("Co-codamol", "Co-dydramol"),
        ("Co-careldopa", "Co-beneldopa"),
        ("Humalog", "Humulin I"),
        ("Humalog Mix25", "Humalog Mix50"),
    ],
)
def test_names_that_look_alike_are_never_taken_for_one(one_name, other):
    lines = compare([Listed(name=one_name, dose="10 mg", frequency="OD")], [Listed(name=other, dose="10 mg")])
    assert sorted(told(lines)) == [("new_to_us", "", other), ("not_mentioned", one_name, "")]


def test_a_misspelt_name_is_asked_about_and_never_drawn_to_another_medicine():
    (line,) = compare(listed("Amlodpine ; 5 mg ; OD"), listed("Amlodipine ; 5 mg ; OD"))
    assert (line.kind, "looks like" in line.why) == ("uncertain", True)
    apart = compare(listed("Carbamazapine ; 200 mg ; BD"), listed("Carbimazole ; 20 mg ; OD"))
    assert [line.kind for line in apart] == ["not_mentioned", "new_to_us"]


def test_a_name_that_is_in_no_table_is_compared_by_its_words():
    assert [line.kind for line in compare(listed("Zyxol ; 5 mg ; OD"), listed("ZYXOL ; 5mg ; once daily"))] == [
        "unchanged"
    ]


def test_look_alikes_on_the_two_lists_are_pointed_out():
    lines = compare(listed("Carbamazepine ; 200 mg ; BD"), listed("Carbimazole ; 20 mg ; OD"))
    assert [line.why.split("Careful: ")[-1] for line in lines] == [
        "Carbimazole on the other list looks like it, and is another medicine.",
        "Carbamazepine on the other list looks like it, and is another medicine.",
    ]


def test_ten_and_a_thousand_times_as_much_are_said_in_words():
    (ten,) = compare(listed("Digoxin ; 125 micrograms ; OD"), listed("Digoxin ; 1.25 mg ; OD"))
    assert "10 TIMES AS MUCH" in ten.why
    (less,) = compare(listed("Levothyroxine ; 50 mg ; OD"), listed("Levothyroxine ; 50 micrograms ; OD"))
    assert "1000 TIMES LESS" in less.why
    (double,) = compare(listed("Digoxin ; 125 micrograms ; OD"), listed("Digoxin ; 250 micrograms ; OD"))
    assert "TIMES" not in double.why


def test_every_week_for_every_day_is_said_loudly_both_ways():
    for before, after in (("weekly", "once daily"), ("once a day", "once a week")):
        (line,) = compare(listed(f"Alendronic acid ; 10 mg ; {before}"), listed(f"Alendronic acid ; 10 mg ; {after}"))
        assert (line.kind, "One list says every WEEK" in line.why) == ("changed", True)


def test_methotrexate_new_and_not_weekly_is_warned_about():
    (line,) = compare([], listed("Methotrexate 2.5mg tablets ; 4 tablets ; OD ; change=started"))
    assert (line.kind, "once a WEEK" in line.why) == ("started", True)
    (weekly,) = compare([], listed("Methotrexate ; 10 mg ; weekly ; change=started"))
    assert "WEEK" not in weekly.why


def test_methotrexate_daily_on_both_lists_is_never_unchanged():
    (line,) = compare(listed("Methotrexate ; 10 mg ; OD"), listed("Methotrexate ; 10 mg ; OD"))
    assert (line.kind, "once a WEEK" in line.why) == ("uncertain", True)


def test_a_list_that_says_weekly_and_daily_of_one_medicine_is_never_unchanged():
    both = listed("Vitamin X ; 1 tablet ; weekly, once daily")
    (line,) = compare(both, both)
    assert line.kind == "uncertain"


def test_a_warning_not_to_stop_stands_beside_stopped():
    before = [Listed(name="Prednisolone", dose="5 mg", frequency="OM", do_not_stop="steroid card")]
    (line,) = compare(before, listed("Prednisolone ; 5 mg ; OM ; change=stopped"))
    assert (line.kind, "must not be stopped (steroid card)" in line.why) == ("stopped", True)


def test_an_antibiotic_keeps_the_day_on_which_it_ends():
    (line,) = compare([], listed("Doxycycline ; 100 mg ; OD ; until=3 December & change=started"))
    assert (line.kind, line.after.until) == ("started", "3 December")


def test_the_parts_that_differ_stand_there_word_for_word():
    (line,) = compare(listed("Co-codamol 8/500 ; two tablets ; QDS"), listed("Co-codamol 30/500 ; 2 tabs ; qds prn"))
    said = [(each.part, each.before, each.after) for each in line.differences]
    assert said == [("strength", "Co-codamol 8/500", "Co-codamol 30/500"), ("frequency", "QDS", "qds prn")]


def test_what_harms_first_is_read_first():
    before = listed(
        "Amlodipine ; 5 mg ; OD",
        "Co-careldopa 25/100 ; one tablet ; 8am 12 noon 4pm",
        "Sertraline ; 50 mg ; OD",
        "Bisoprolol ; 5 mg ; OD",
        "Apixaban ; 5 mg ; BD",
        "Omeprazole ; 20 mg ; OD",
    )
    after = listed(
        "Amlodipine ; 5 mg ; OD",
        "Bisoprolol ; as directed ; OD",
        "Apixaban ; 2.5 mg ; BD",
        "Omeprazole ; 40 mg ; OD",
        "Senna ; 15 mg ; ON ; change=started",
    )
    lines = compare(before, after)
    assert [(line.kind, (line.before or line.after).name) for line in lines] == [
        ("not_mentioned", "Co-careldopa 25/100"),
        ("changed", "Apixaban"),
        ("changed", "Omeprazole"),
        ("uncertain", "Bisoprolol"),
        ("not_mentioned", "Sertraline"),
        ("started", "Senna"),
        ("unchanged", "Amlodipine"),
    ]
    assert in_reading_order(reversed(lines)) == lines


def test_nothing_without_a_name_is_taken_for_anything():
    lines = compare([one("; 5 mg ; OD")], [one("; 5 mg ; OD")])
    assert [line.kind for line in lines] == ["not_mentioned", "new_to_us"]
    assert all("No name is written" in line.why for line in lines)
