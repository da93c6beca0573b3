"""Wrong tables that can be read: each is refused or noted in words of its own, or the page says why it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.errors import InputError
from tests.fuzz.meant import MEANT
from tests.fuzz.readers import READERS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "tables.md"


@pytest.mark.parametrize("case", MEANT, ids=lambda case: f"{case.reader}: {case.name}")
def test_wrong_tables_do_not_pass_in_silence(case, tmp_path: Path) -> None:
    reader = READERS[case.reader]
    reader.write(tmp_path)
    case.edit(tmp_path)
    try:
        found, said = "read", "\n".join(reader.read(tmp_path))
    except InputError as error:
        found, said = "refused", str(error)
    if case.expected == "undetectable":
        assert (found, said) == ("read", "")
    else:
        assert (found, case.says in said) == ({"noted": "read"}.get(case.expected, "refused"), True), said


def test_names_are_told_apart() -> None:
    names = [case.name for case in MEANT]
    assert len(names) == len(set(names)) >= 150


def test_the_page_lists_what_no_check_can_see() -> None:
    lines = [f"- {case.name}: {case.says}" for case in MEANT if case.expected == "undetectable"]
    page = PAGE.read_text(encoding="utf-8")
    shown = page.partition("## What no check can see")[2].partition("\n## ")[0]
    listed = [line for line in " ".join(shown.split("\n  ")).splitlines() if line.startswith("- ")]
    assert [line.rstrip(";.") for line in listed] == lines
