"""The small drawings: every length stays inside, and the words say what is drawn."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from changes.formats.charts import Part, Record, Stretch, minutes_bar, overlap, record

START = datetime(2026, 12, 1, 20, tzinfo=UTC)


def test_an_agenda_that_fits_shows_what_is_free():
    drawing = minutes_bar([Part("New", 30, "heavy"), Part("Ongoing", 15), Part("Failed", 0)], length=60)
    assert [(part.label, part.x, part.width) for part in drawing.parts] == [("New", "0.00%", "50.00%"), ("Ongoing", "50.00%", "25.00%")]
    assert (drawing.free, drawing.free_x, drawing.free_width, drawing.end_x) == (15, "75.00%", "25.00%", "100.00%")


def test_an_agenda_that_is_too_long_moves_the_end_inwards():
    drawing = minutes_bar([Part("New", 80)], length=60)
    assert (drawing.free, drawing.over, drawing.end_x, drawing.words) == (0, 20, "75.00%", "80 of 60 minutes: New 80.")


def test_an_agenda_without_items_is_all_free():
    assert (minutes_bar([], length=60).free_width, minutes_bar([], length=60).parts) == ("100.00%", [])


def test_the_record_tells_runs_apart_and_counts_the_bad_ones():
    drawing = record(Record([(100, True), (101, True), (170, False)], plan=120, session=180, nine=170))
    assert (drawing.low, drawing.high, drawing.session_x) == (90, 180, "100.00%")
    assert [(dot.good, dot.y) for dot in drawing.dots] == [(True, 14), (True, 9), (False, 14)]
    assert drawing.words == "3 done, 1 not successful; 90 to 180 minutes, nine of ten within 170, this plan 120."


def test_a_record_without_runs_still_shows_the_plan():
    drawing = record(Record([(100, True)], plan=0))
    assert (drawing.plan, drawing.words) == (0, "1 done, 0 not successful; 90 to 120 minutes.")
    assert record(Record([], plan=90)).words == "0 done, 0 not successful; 90 to 90 minutes, this plan 90."


def test_two_changes_at_once_share_their_overlap_in_minutes():
    one = Stretch("this change", START, START + timedelta(hours=4))
    other = Stretch("RFC-000007", START + timedelta(minutes=30), START + timedelta(minutes=120))
    drawing = overlap(one, other, zone=ZoneInfo("Europe/Amsterdam"))
    assert drawing.words == "both 21:30–23:00, 90 min"
    assert [(bar.label, bar.x, bar.until) for bar in drawing.bars] == [
        ("this change", "28.00%", "01:00"),
        ("RFC-000007", "35.50%", "23:00"),
    ]
    assert (drawing.x, drawing.end_x) == ("35.50%", "58.00%")


def test_a_section_whose_name_has_no_room_is_named_below_the_bar_and_on_a_phone_the_roomy_ones_too():
    parts = [Part("Emergency", 4), Part("New", 80, "heavy"), Part("Ongoing", 7), Part("Consent", 3), Part("Deferred", 0)]
    assert [(part.label, part.roomy) for part in minutes_bar(parts, length=60).narrow] == [
        ("Emergency", False),
        ("Consent", False),
        ("Ongoing", True),
    ]
