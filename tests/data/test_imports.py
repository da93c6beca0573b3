"""Imported tables: checked whole, kept with how they came, read back equal; a bad file changes nothing."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.data.tables.import_notices import TOTAL
from corridor.data.tables.imports import KINDS, import_table, imported, imported_sums, is_imported
from corridor.errors import InputError
from tests.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "warming": "iso3,warming_per_degree,sd\nUZB,1.3,0.1\nKAZ,1.4,\n",
    "effects": "iso3,year,log_push\nUZB,2030,0.1\nUZB,2040,0.2\n",
    "flows": "orig,dest,year,persons\nUZB,KAZ,2019,12.5\nKGZ,KAZ,2019,3\n",
    "distance": "orig,dest,km\nUZB,KAZ,1400\nKAZ,UZB,1400\n",
}


def written(folder: Path, content: str, name: str = "brought.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def rules(kind: str, path: Path, out: Path) -> list[tuple[int | None, str]]:
    with pytest.raises(InputError) as caught:
        import_table(kind, path, out)
    return [(problem.row, problem.fault) for problem in caught.value.problems]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "xlsx", "parquet"])
def test_a_table_comes_back_as_it_was_brought(tmp_path: Path, kind: str, suffix: str) -> None:
    frame = pd.read_csv(written(tmp_path, GOOD[kind]))
    path = tmp_path / f"brought.{suffix}"
    write_table(frame, path)
    place = import_table(kind, path, tmp_path / "imports")
    keys = list(frame.columns[:2]) if kind != "warming" else ["iso3"]
    expected = frame.sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(imported(kind, tmp_path / "imports"), expected, check_dtype=False)
    origin = json.loads((place / "origin.json").read_text(encoding="utf-8"))
    assert origin["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (origin["file"], origin["rows"], origin["columns"]) == (path.name, 2, list(frame.columns))


def test_a_period_may_stand_for_the_year(tmp_path: Path) -> None:
    path = written(tmp_path, "orig,dest,period_start,period_end,persons\nUZB,KAZ,2015,2020,8\nUZB,KAZ,2010,2015,7\n")
    import_table("flows", path, tmp_path / "imports")
    assert imported("flows", tmp_path / "imports")["period_start"].tolist() == [2010, 2015]


def test_flows_have_one_kind_of_date(tmp_path: Path) -> None:
    rule = "the table has neither a column year nor the two columns period_start and period_end"
    for header, values in (("", ""), (",period_start", ",2015"), (",year,period_start,period_end", ",2015,2015,2020")):
        path = written(tmp_path, f"orig,dest,persons{header}\nUZB,KAZ,1{values}\n")
        assert rules("flows", path, tmp_path / "imports") == [(1, rule)]


def test_every_bad_row_is_told_and_what_was_imported_stays(tmp_path: Path) -> None:
    out = tmp_path / "imports"
    import_table("flows", written(tmp_path, GOOD["flows"]), out)
    before = imported("flows", out)
    bad = written(
        tmp_path,
        "orig,dest,period_start,period_end,persons\n"
        "UZB,KAZ,2015,2020,-8\n"
        "UZB,KAZ,2020,2015,7\n"
        "UZB,KZK,2015,2020,7\n"
        "UZB,TJK,2015,2020,7\n"
        "UZB,TJK,2015,2020,8\n",
    )
    assert rules("flows", bad, out) == [
        (2, "a count cannot be negative or infinite"),
        (3, "the period does not end after it starts"),
        (4, "Corridor knows no group and no area of this name"),
        (6, "another row has the same orig, dest, year, period_start, period_end, definition, source"),
    ]
    pd.testing.assert_frame_equal(imported("flows", out), before)
    assert sorted(path.name for path in out.iterdir()) == ["flows"]


def test_flows_may_have_definitions_sources_and_totals(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "source,orig,dest,year,persons,definition,note\n"
        "Office,UZB,KAZ,2019,8,Permits,x\n"
        "Office,UZB,KAZ,2019,7,Nationals,x\n"
        "Another,UZB,KAZ,2019,7,Nationals,x\n"
        ",TOTAL,KAZ,2019,70,,x\n"
        "Office,KAZ,TOTAL,2019,50,Departures,x\n",
    )
    import_table("flows", path, tmp_path / "imports")
    frame = imported("flows", tmp_path / "imports")
    assert list(frame) == ["orig", "dest", "year", "persons", "definition", "source"]
    assert frame["persons"].tolist() == [50, 70, 7, 7, 8]
    assert frame.loc[frame["orig"] == TOTAL, ["definition", "source"]].to_numpy().tolist() == [["", ""]]
    assert is_imported("flows", tmp_path / "imports")
    assert not is_imported("distance", tmp_path / "imports")
    assert imported_sums(tmp_path / "imports") == {"flows": hashlib.sha256(path.read_bytes()).hexdigest()}


def test_every_bad_row_of_definitions_and_totals_is_told(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "orig,dest,year,persons,definition,source\n"
        "TOTAL,TOTAL,2019,8,Permits,Office\n"
        "UZB,Total,2019,8,Permits,Office\n"
        "UZB,KAZ,2019,8,Permits,Office\n"
        "UZB,KAZ,2019,9,Permits,Office\n"
        f"UZB,KAZ,2020,9,{'long ' * 80},Office\n"
        'UZB,KAZ,2021,9,"two\nlines",Office\n'
        "UZB,KAZ,2022,some,Permits,Office\n",
    )
    line = "a text has several lines or more than 300 characters"
    assert rules("flows", path, tmp_path / "imports") == [
        (2, "TOTAL stands at both ends"),
        (3, "Corridor knows no group and no area of this name"),
        (5, "another row has the same orig, dest, year, period_start, period_end, definition, source"),
        (6, line),
        (7, line),
        (9, "this is not a number"),
    ]
    assert not is_imported("flows", tmp_path / "imports")


def test_warming_in_another_unit_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "iso3,warming_per_degree\nUZB,130\nUZB,1.3\n")
    assert [row for row, _ in rules("warming", path, tmp_path / "imports")] == [2, 3]


def test_unknown_kinds_and_absent_tables_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean flows"):
        import_table("flow", tmp_path / "any.csv", tmp_path)
    with pytest.raises(InputError, match="corridor data import distance FILE"):
        imported("distance", tmp_path)


def test_a_damaged_stored_table_is_reported(tmp_path: Path) -> None:
    place = import_table("distance", written(tmp_path, GOOD["distance"]), tmp_path / "imports")
    stored = place / "table.parquet"
    stored.write_bytes(stored.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"table\.parquet.*not the one that was stored.*corridor data import distance"):
        imported("distance", tmp_path / "imports")


@pytest.mark.parametrize("name", ["table.parquet", "origin.json"])
def test_a_lost_file_of_an_import_is_no_missing_import(tmp_path: Path, name: str) -> None:
    place = import_table("distance", written(tmp_path, GOOD["distance"]), tmp_path / "imports")
    (place / name).unlink()
    assert is_imported("distance", tmp_path / "imports")
    with pytest.raises(InputError, match=rf"{name}: the file is missing\. Import it again"):
        imported("distance", tmp_path / "imports")


def test_imports_under_one_anothers_names_are_refused(tmp_path: Path) -> None:
    place = import_table("warming", written(tmp_path, GOOD["warming"]), tmp_path / "imports")
    place.rename(place.with_name("effects"))
    with pytest.raises(InputError, match="kind warming, not effects"):
        imported("effects", tmp_path / "imports")


def test_an_edited_origin_and_one_of_before_seals_are_refused(tmp_path: Path) -> None:
    place = import_table("distance", written(tmp_path, GOOD["distance"]), tmp_path / "imports")
    origin = place / "origin.json"
    sealed = origin.read_text(encoding="utf-8")
    for content, said in (
        (sealed.replace('"rows": 2', '"rows": 3'), "was changed after it was sealed"),
        ("{" + sealed.partition("\n")[2], "carries no seal"),
    ):
        origin.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=f"{said}.*corridor data import distance"):
            imported_sums(tmp_path / "imports")


def test_the_default_place_is_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if sys.platform != "linux":
        pytest.skip("the variable is a convention of Linux")
    assert (
        import_table("distance", written(tmp_path, GOOD["distance"])) == tmp_path / "corridor" / "imports" / "distance"
    )


def test_published_tables_can_be_brought(tmp_path: Path, sources: Path) -> None:
    distances = pd.read_parquet(sources / "cepii" / "dist_cepii.parquet")[["orig", "dest", "dist"]]
    known = set(pd.read_parquet(sources / "un_ims" / "ims2024_bilateral_sex.parquet")["dest"].astype(str))
    kept = distances[distances["orig"].isin(known) & distances["dest"].isin(known) & distances["dist"].notna()]
    kept.rename(columns={"dist": "km"}).to_parquet(tmp_path / "distances.parquet")
    import_table("distance", tmp_path / "distances.parquet", tmp_path)
    pair = imported("distance", tmp_path).set_index(["orig", "dest"])["km"]
    np.testing.assert_allclose(pair.loc[[("IND", "BGD")]], 1_422, atol=0.5)


def test_loading_the_module_does_not_wait_for_pandera() -> None:
    program = "import sys, corridor.data.tables.imports; print('pandera' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
