"""The commands as an operator meets them: what they print, where, and how they end."""

import io

import pytest
from django.core.management import CommandError, call_command
from knox.auth import TokenAuthentication

from changes.models import RFC
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

MAP = "docs/import/osg-downtimes.toml"
ROWS = (
    "id,cls,severity,start_utc,end_utc,created_utc,resource,services,description,site\n"
    "7,SCHEDULED,Outage,2016-05-18T11:00Z,2016-05-18T10:00Z,2016-05-01T08:00Z,HOST-1,CE,LFS upgrade,Site A\n"
)


def said(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue()


def test_token_prints_a_token_that_signs_in_and_nothing_else():
    tool = UserFactory(username="incident-tool")

    text = said("token", "incident-tool")

    user, _ = TokenAuthentication().authenticate_credentials(text.strip().encode())
    assert (user, len(text.split())) == (tool, 1)


def test_token_for_nobody_is_one_line():
    with pytest.raises(CommandError, match="Nobody who can sign in has the name “nobody”"):
        said("token", "nobody")


def test_import_tells_each_odd_row_and_the_sums(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text(ROWS)

    lines = said("import_rfcs", str(file), "--map", MAP).splitlines()

    assert lines[0].startswith("line 2 (7): It ends at or before its start")
    assert lines[-3:] == [
        "     1  Without a usable end",
        "1 rows: 0 refused, 1 odd and kept, the others plain.",
        "1 new, 0 unchanged, 0 changed in the file and left as they are.",
    ]


def test_import_says_first_what_has_to_be_looked_at_and_folds_what_is_common(tmp_path):
    file = tmp_path / "rows.csv"
    late = "{0},SCHEDULED,Outage,2016-05-18T11:00Z,2016-05-18T13:00Z,{1},HOST-{0},CE,Rollup {0},Site A\n"
    rows = [late.format(number, "2016-05-18T12:00Z") for number in range(10, 22)] + [late.format(30, "")]
    file.write_text(ROWS.splitlines()[0] + "\n" + "".join(rows) + ROWS.splitlines()[1] + "\n")

    lines = said("import_rfcs", str(file), "--map", MAP).splitlines()

    assert lines[0].startswith("line 15 (7): It ends at or before its start")
    instead = "Its start is taken instead, unless a row of the same change says it."
    assert lines[1:3] == [
        "12 rows, written down after its start. Kept as given. (--verbosity 2 shows each)",
        f"1 row, not saying when it was created. {instead} (--verbosity 2 shows each)",
    ]
    assert next(line for line in lines if "configuration items: " in line).endswith(" and 4 more")
    assert [line.strip() for line in lines[-5:-2]] == [
        "1  Without a usable end",
        "12  Written down after its start",
        "1  Not saying when it was created",
    ]
    every = said("import_rfcs", str(file), "--map", MAP, "--dry-run", "--verbosity", "2").splitlines()
    assert sum("It was written down 1.0 h after its start." in line for line in every) == 12


def test_import_counts_odd_dates_by_kind_in_rows_and_changes(tmp_path):
    file = tmp_path / "rows.csv"
    row = "{0},SCHEDULED,Outage,{1},{2},2016-05-18T12:00Z,HOST-{0},CE,Rollup,Site A\n"
    days, slip = ("2016-05-20T00:00Z", "2016-05-21T00:00Z"), ("2016-05-18T11:00Z", "2100-01-01T00:30Z")
    rows = [row.format(1, *days), row.format(2, *days), row.format(3, *slip)]
    file.write_text(ROWS.splitlines()[0] + "\n" + "".join(rows) + ROWS.splitlines()[1] + "\n")

    lines = said("import_rfcs", str(file), "--map", MAP, "--dry-run").splitlines()

    begin = lines.index("Odd dates, by the clock of UTC, as of when each was written down:")
    assert lines[begin + 1] == "  From midnight to midnight: 2 rows, 1 change (interval.unusual)"
    assert set(lines[begin + 2 : begin + 5]) == {
        "  Past when it was written down: 1 row, 1 change (interval.in_past)",
        "  Ends more than a year after its start: 1 row, 1 change (interval.unusual)",
        "  Without an end: 1 row, 1 change (interval.unusual)",
    }
    said("import_rfcs", str(file), "--map", MAP)
    again = said("import_rfcs", str(file), "--map", MAP).splitlines()
    assert again[again.index(lines[begin]) :][1:5] == lines[begin + 1 : begin + 5]


def test_import_says_how_many_of_its_changes_were_in_one_anothers_way(tmp_path):
    file = tmp_path / "rows.csv"
    row = "{0},SCHEDULED,Outage,2016-05-18T{1}Z,2016-05-18T{2}Z,,HOST-1,CE,Rollup {0},Site A\n"
    file.write_text(ROWS.splitlines()[0] + "\n" + row.format(1, "11:00", "13:00") + row.format(2, "12:00", "14:00"))
    told = "1 pair of changes shares a configuration item and overlaps in time (conflict.same_item)."

    assert told in said("import_rfcs", str(file), "--map", MAP, "--dry-run").splitlines()
    each = said("import_rfcs", str(file), "--map", MAP, "--verbosity", "2").splitlines()
    assert each[each.index(told) + 1].startswith("  line 3: Line 2 “Rollup 1” changes HOST-1 as well")
    file.write_text(ROWS)
    assert "in time" not in said("import_rfcs", str(file), "--map", MAP)


def test_a_dry_run_says_so_and_writes_nothing(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text(ROWS)

    text = said("import_rfcs", str(file), "--map", MAP, "--dry-run")

    assert "Dry run, nothing written: 1 new" in text
    assert not RFC.objects.exists()


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        said("import_rfcs", str(tmp_path / "none.csv"), "--map", MAP)


def test_demo_prints_the_password(settings):
    settings.FSC_DEMO_PASSWORD = "a word for the demo"

    assert said("demo").splitlines()[-1] == "Password of the demo accounts: a word for the demo"
    assert "Nothing to add." in said("demo")
