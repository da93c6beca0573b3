"""Results are those on record in `tests/expected`: nothing that Corridor computes changes unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from tests.expected.make_results import FOLDER, RESULTS, outlook_corridors, outlook_totals

if TYPE_CHECKING:
    from corridor.data.panel import Panel
    from corridor.reports.outlook.answer import Outlook

RELATIVE = 1e-6  # processors add up in different orders
BASELINE = {"outlook": outlook_totals, "outlook_corridors": outlook_corridors}
"""The main job: moves and people of the world and CICA by year, and the largest corridors of the last year."""


def assert_on_record(name: str, found: pd.DataFrame) -> None:
    """Check that the keys of a record are the same and its numbers near."""
    known = pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=False, na_values=[""])
    numbers = [column for column in known if known[column].dtype.kind == "f"]
    keys = [column for column in known if column not in numbers]
    found = found.reset_index(drop=True)
    meant = f"the record changed; if that is meant: python -m tests.expected.make_results {name}"
    assert list(found) == list(known), meant
    assert found[keys].astype(str).equals(known[keys].astype(str)), meant
    try:
        pd.testing.assert_frame_equal(found[numbers], known[numbers], rtol=RELATIVE, atol=1e-12, check_dtype=False)
    except AssertionError as error:
        raise AssertionError(f"{meant}\n{error}") from error


@pytest.mark.parametrize("name", BASELINE)
def test_the_main_job_gives_what_is_on_record(name: str, outlook: Outlook) -> None:
    assert_on_record(name, BASELINE[name](outlook))


@pytest.mark.parametrize("name", sorted(set(RESULTS) - set(BASELINE)))
def test_results_are_those_on_record(name: str, panel: Panel) -> None:
    assert_on_record(name, RESULTS[name](panel))


def test_a_change_is_told_with_the_way_to_record_it(outlook: Outlook) -> None:
    changed = outlook_totals(outlook)
    changed["moves_in"] *= 1.00001
    with pytest.raises(AssertionError, match="make_results outlook"):
        assert_on_record("outlook", changed)
