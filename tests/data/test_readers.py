"""Readers: their tables are tidy, agree with published figures, and damaged files are reported whole."""

from __future__ import annotations

import gzip
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.areas import codes
from corridor.data.catalogue import SOURCES
from corridor.data.panel import load_panel
from corridor.data.table import Table
from corridor.errors import InputError
from tests.references import DATA
from tests.source_files import FILES, ROWS, load, store, write_made_up

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel

READERS = ("worldbank", "ssp", "climate", "unhcr", "mobility", "natural_earth")
KEYS = {
    "wdi": ["indicator", "area", "year"],
    "wdi_indicators": ["code"],
    "ssp": ["scenario", "area", "year"],
    "temperature_precipitation": ["area", "year"],
    "global_warming": ["scenario", "year"],
    "global_temperature_observed": ["year"],
    "displacement_flows": ["year", "origin", "asylum"],
    "displaced_population": ["year", "origin", "asylum"],
    "displacement_solutions": ["year", "origin", "asylum"],
    "visa_requirement": ["passport", "destination"],
    "missing_migrants": ["year", "route", "area"],
    "border_detections": ["route", "nationality", "year"],
    "border_encounters": ["nationality", "year"],
    "internal_displacement": ["area", "year", "cause"],
    "land": ["part", "ring", "vertex"],
}
AREA_COLUMNS = ("area", "origin", "asylum", "passport", "destination", "nationality")


@pytest.fixture(scope="module", params=["panel", *["sources"] * DATA.is_dir()])
def tables(request: pytest.FixtureRequest) -> dict[str, Table]:
    """Return the tables that readers make, as the panel keeps them and, where they are, fresh from the sources."""
    if request.param == "panel":
        return kept(load_panel())
    folder = request.getfixturevalue("sources")
    read = [table for name in READERS for table in import_module(f"corridor.data.readers.{name}").read(folder)]
    return {table.name: table for table in read}


def kept(panel: Panel) -> dict[str, Table]:
    """Return the published tables of the panel that are lists of facts, but for those of the United Nations."""
    entries = panel.registry.entries.items()
    published = {
        name: entry for name, entry in entries if not entry.source.startswith(("un_", "corridor")) and not entry.axes
    }
    return {
        name: Table(name, panel.frame(name), each.source, each.unit, each.description, each.axes, each.notes)
        for name, each in published.items()
    }


def values(table: Table, column: str, **keys: object) -> Floats:
    """Return a column of the rows where the other columns equal `keys`."""
    chosen = np.logical_and.reduce([table.frame[name] == key for name, key in keys.items()])
    return table.frame.loc[chosen, column].to_numpy(np.float64)


@pytest.mark.parametrize("name", KEYS)
def test_tables_are_sorted_by_their_keys_and_hold_areas_only(tables: dict[str, Table], name: str) -> None:
    table = tables[name]
    keys = KEYS[name]
    assert list(table.frame.columns[: len(keys)]) == keys
    assert not table.frame.duplicated(keys).any()
    pd.testing.assert_frame_equal(table.frame, table.frame.sort_values(keys, ignore_index=True))
    for column in set(AREA_COLUMNS) & set(table.frame):
        assert set(table.frame[column]) <= set(codes())
    numbers = table.frame.select_dtypes("number").to_numpy(np.float64)
    assert not np.isinf(numbers).any()
    assert table.unit
    assert table.description.endswith(".")
    assert all(note.endswith(".") for note in table.notes)
    assert SOURCES[table.source].redistribution


def test_no_table_was_forgotten(tables: dict[str, Table]) -> None:
    assert set(tables) == set(KEYS)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("wdi", 73_787),
        ("wdi_indicators", 15),
        ("ssp", 17_000),
        ("temperature_precipitation", 27_450),
        ("global_warming", 455),
        ("global_temperature_observed", 171),
        ("visa_requirement", 199 * 198),
        ("internal_displacement", 4_071 - 11),
    ],
)
def test_row_counts(tables: dict[str, Table], name: str, rows: int) -> None:
    assert len(tables[name].frame) == rows


@pytest.mark.parametrize(("area", "percent"), [("BGD", 8.4), ("VNM", 29.7), ("NLD", 53.7), ("MDV", 49.2)])
def test_population_on_low_land(tables: dict[str, Table], area: str, percent: float) -> None:
    found = values(tables["wdi"], "value", indicator="EN.POP.EL5M.ZS", year=2015, area=area)
    assert found.tolist() == pytest.approx([percent], abs=0.05)


def test_every_indicator_is_explained(tables: dict[str, Table]) -> None:
    assert set(tables["wdi"].frame["indicator"]) == set(tables["wdi_indicators"].frame["code"])


def test_an_indicator_comes_from_one_update(tables: dict[str, Table], sources: Path) -> None:
    newer = pd.read_parquet(sources / "worldbank_wdi" / "wdi_selected.parquet")
    both = newer.query("indicator == 'BX.TRF.PWKR.CD.DT' and year >= 1990 and iso3 != 'WLD'")
    ours = tables["wdi"].frame.query("indicator == 'BX.TRF.PWKR.CD.DT'")
    assert ours["value"].sum() == pytest.approx(both["value"].sum(), rel=1e-12)


@pytest.mark.parametrize(("scenario", "billions"), [("SSP2", 9.59), ("SSP3", 10.09)])
def test_population_of_the_pathways(tables: dict[str, Table], scenario: str, billions: float) -> None:
    assert values(tables["ssp"], "population", scenario=scenario, year=2050).sum() / 1e9 == pytest.approx(
        billions, abs=0.005
    )


def test_income_is_missing_where_it_is_not_published(tables: dict[str, Table]) -> None:
    rows = tables["ssp"].frame
    assert set(rows.loc[rows["gdp_ppp"].isna(), "area"]) == {"AFG", "SYR", "VEN", "PSE", "CUW", "GLP", "MTQ", "REU"}


@pytest.mark.parametrize(
    ("scenario", "column", "since_1995_2014"),
    [
        ("SSP2-4.5", "lower", 1.24),
        ("SSP2-4.5", "central", 1.80),
        ("SSP2-4.5", "upper", 2.57),
        ("SSP5-8.5", "central", 3.45),
    ],
)
def test_warming_is_the_assessed_one(
    tables: dict[str, Table], scenario: str, column: str, since_1995_2014: float
) -> None:
    found = values(tables["global_warming"], column, scenario=scenario, year=2090)
    assert found.tolist() == pytest.approx([since_1995_2014 + 0.85], abs=0.006)


def test_warming_goes_on_straight_after_the_last_assessed_year(tables: dict[str, Table]) -> None:
    rows = tables["global_warming"].frame
    assert (rows["lower"] < rows["central"]).all()
    assert (rows["central"] < rows["upper"]).all()
    assert set(rows.loc[rows["basis"] == "continued", "year"]) == set(range(2092, 2101))
    central = values(tables["global_warming"], "central", scenario="SSP3-7.0")  # 2010, ..., 2100
    np.testing.assert_allclose(np.diff(central[81:]), (central[81] - central[71]) / 10, atol=2e-4)  # rounded to 1e-4


def test_observed_climate(tables: dict[str, Table]) -> None:
    for area, degrees in (("IND", 25.2), ("CAN", -4.2)):
        found = values(tables["temperature_precipitation"], "tas_c", area=area, year=2022)
        assert found.tolist() == pytest.approx([degrees], abs=0.05)
    assert "HKG, MAC" in " ".join(tables["temperature_precipitation"].notes)
    observed = tables["global_temperature_observed"].frame.set_index("year")["warming"]
    assert observed.loc[1995:2014].mean() == pytest.approx(0.85, abs=0.005)


def left_out(table: Table) -> float:
    """Return the amount that the notes say is left out for its codes."""
    note = next(note for note in table.notes if "not among the 237" in note)
    return float(note.split("; ")[1].split(" of ")[0].replace(",", ""))


def test_refugees_kept_and_left_out_are_the_published_ones(tables: dict[str, Table]) -> None:
    rows = tables["displaced_population"].frame.query("year == 2024")
    assert rows["refugees"].sum() == pytest.approx(30.96e6, rel=0.01)  # .24 million of unknown origin are left out
    flows = tables["displacement_flows"]
    assert values(flows, "persons", origin="VEN", asylum="COL", year=2018).tolist() == [1_102_818 + 2_592]
    assert values(flows, "persons", origin="UKR", asylum="POL", year=2022).tolist() == [956_760 + 1_542]
    assert values(flows, "persons", origin="SYR", asylum="DEU", year=2015).tolist() == [158_657]
    assert left_out(flows) + flows.frame["persons"].sum() == pytest.approx(97_015_862, rel=1e-4)
    solutions = tables["displacement_solutions"].frame
    assert solutions.query("year == 2024")["resettlement"].sum() == pytest.approx(188_759, rel=0.01)


def test_borders_kept_and_left_out_are_the_published_ones(tables: dict[str, Table]) -> None:
    detections = tables["border_detections"]
    assert detections.frame["detections"].sum() + left_out(detections) == 4_966_869
    encounters = tables["border_encounters"]
    assert encounters.frame["encounters"].sum() + left_out(encounters) == 11_086_194
    assert set(encounters.frame["year"]) == set(range(2019, 2026))


def test_deaths_on_the_way(tables: dict[str, Table]) -> None:
    rows = tables["missing_migrants"].frame
    assert rows["dead_missing"].sum() == 75_068
    assert rows.query("year == 2023")["dead_missing"].sum() == 8_755
    assert rows["survivors"].min() >= 0


def test_displacement_inside_countries(tables: dict[str, Table]) -> None:
    causes = tables["internal_displacement"].frame.query("year == 2022").groupby("cause")["persons"].sum()
    assert causes["conflict"] / 1e6 == pytest.approx(28.3, abs=0.05)
    assert causes.drop("conflict").sum() / 1e6 == pytest.approx(32.6, abs=0.07)  # Abyei, left out, had .03 million


def test_visas_have_known_classes_and_days_only_where_free(tables: dict[str, Table]) -> None:
    rows = tables["visa_requirement"].frame
    counts = rows["requirement"].value_counts()
    assert counts["required"] == 12_921
    assert counts["e_visa"] == 6_704
    assert counts.sum() == len(rows)
    assert set(rows.loc[rows["days"].notna(), "requirement"]) == {"visa_free"}


def test_land_is_closed_borderless_and_small(tables: dict[str, Table]) -> None:
    land = tables["land"].frame
    assert land["longitude"].between(-180, 180).all()
    assert land["latitude"].between(-90, 90).all()
    assert land.groupby(["part", "ring"]).size().min() >= 3
    assert len(land) * 14 < 150_000  # about fourteen characters a vertex on a drawn map
    steps = land.groupby(["part", "ring"])["longitude"].diff().abs()
    assert (steps > 180).sum() <= 1  # the one edge of Antarctica along the pole
    assert land.query("ring > 0").groupby("part")["ring"].nunique().tolist() == [1]  # the Caspian Sea
    on_border = land.query("longitude.between(55, 85) and latitude.between(49, 55)")  # Kazakhstan and Russia
    assert on_border.empty


# Damaged sources ----------------------------------------------------------------------------------------------------

CASES = [(reader, name) for reader, names in FILES.items() for name in names]


@pytest.fixture(params=["made up", *["published"] * DATA.is_dir()])
def damaged(tmp_path: Path, request: pytest.FixtureRequest, reader: str) -> Path:
    """Return a folder of short files of a reader, to be damaged: made up ones, and the first rows of published ones."""
    if request.param == "made up":
        write_made_up(tmp_path, reader)
    else:
        sources = request.getfixturevalue("sources")
        for name in FILES[reader]:
            store(load(sources / name).head(ROWS), tmp_path / name)
    return tmp_path


def faults(reader: str, folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        import_module(f"corridor.data.readers.{reader}").read(folder)
    return [f"{problem.file}|{problem.row}|{problem.column}|{problem.fault}" for problem in caught.value.problems]


@pytest.mark.parametrize(("reader", "name"), CASES)
def test_a_cut_file_is_reported(damaged: Path, reader: str, name: str) -> None:
    path = damaged / name
    content = path.read_bytes()
    end = len(content) * 2 // 3
    if path.suffix == ".csv":  # in the first cell of a row: a number cut short is a number still
        end = content.index(b"\n", end) + 3
    path.write_bytes(content[:end])
    found = faults(reader, damaged)
    assert all(str(path) in fault for fault in found)
    if path.suffix != ".csv":
        assert len(found) == 1
        assert "damaged or incomplete" in found[0]


@pytest.mark.parametrize(("reader", "name"), CASES)
def test_a_renamed_column_is_reported(damaged: Path, reader: str, name: str) -> None:
    frame = load(damaged / name)
    wanted = "year" if "year" in frame else frame.columns[0]
    store(frame.rename(columns={wanted: f"{wanted}_"}), damaged / name)
    assert faults(reader, damaged) == [f"{damaged / name}|1|{wanted}|the table has no column {wanted}"]


@pytest.mark.parametrize(
    ("reader", "name"), [case for case in CASES if "iom_" not in case[1] and "cbp_" not in case[1]]
)
def test_a_doubled_row_is_reported(damaged: Path, reader: str, name: str) -> None:
    frame = load(damaged / name)
    store(pd.concat([frame, frame.iloc[[3]]]), damaged / name)
    (found,) = faults(reader, damaged)
    assert f"{damaged / name}|{len(frame) + 2}|" in found
    assert "another row has the same" in found


@pytest.mark.parametrize(("reader", "name"), [case for case in CASES if "passport" not in case[1]])
def test_impossible_numbers_are_all_reported(damaged: Path, reader: str, name: str) -> None:
    frame = load(damaged / name)
    measured = {
        "gmst_anomaly_rel_1850_1900",
        "gsat_central",
        "tas_c",
        "population",
        "value",
        "refugees",
        "resettlement",
    }
    measured |= {"new_displacements", "detections", "encounters", "dead_missing"}
    column = next(name for name in frame if name in measured)
    frame[column] = frame[column].astype("float64")
    frame.loc[2, column] = np.inf
    frame.loc[5, column] = -np.inf
    store(frame, damaged / name)
    found = faults(reader, damaged)
    assert [fault.rsplit("|", 1)[0] for fault in found] == [f"{damaged / name}|{row}|{column}" for row in (4, 7)]


@pytest.mark.parametrize("reader", FILES)
def test_the_faults_of_all_files_come_in_one_report(damaged: Path, reader: str) -> None:
    for name in FILES[reader]:
        (damaged / name).unlink()
    found = faults(reader, damaged)
    assert [fault.split("|")[0] for fault in found] == [str(damaged / name) for name in FILES[reader]]


@pytest.mark.parametrize("reader", ["unhcr"])
def test_negative_counts_and_foreign_codes_are_reported_together(damaged: Path, reader: str) -> None:
    path = damaged / FILES[reader][1]
    frame = load(path).astype({"origin": str})
    frame.loc[0, "refugees"] = -3
    frame.loc[1, "origin"] = "Afghanistan"
    frame.loc[2, "year"] = 2050
    store(frame, path)
    assert [fault.split("|")[1:3] for fault in faults(reader, damaged)] == [
        ["2", "refugees"],
        ["3", "origin"],
        ["4", "year"],
    ]


@pytest.mark.parametrize("reader", FILES)
def test_what_the_made_up_files_say_is_read(tmp_path: Path, reader: str) -> None:
    write_made_up(tmp_path, reader)
    for table in import_module(f"corridor.data.readers.{reader}").read(tmp_path):
        assert len(table.frame)
        assert list(table.frame.columns[: len(KEYS[table.name])]) == KEYS[table.name]


def test_unknown_visa_words_are_reported(tmp_path: Path) -> None:
    write_made_up(tmp_path, "mobility")
    path = tmp_path / FILES["mobility"][0]
    frame = load(path).astype(str)
    frame.loc[7, "requirement"] = "perhaps"
    store(frame, path)
    (found,) = faults("mobility", tmp_path)
    assert "|9|requirement|" in found


@pytest.mark.parametrize("content", ["", "{", "[]", '{"features": []}', '{"features": [{"geometry": 1}]}'])
def test_a_damaged_map_is_reported(tmp_path: Path, content: str) -> None:
    (tmp_path / "geo").mkdir()
    path = tmp_path / "geo" / "ne_110m_countries.geojson"
    path.write_text(content, encoding="utf-8")
    (found,) = faults("natural_earth", tmp_path)
    assert found.startswith(f"{path}|None|None|the file is not GeoJSON")
    path.unlink()
    assert "the file cannot be opened" in faults("natural_earth", tmp_path)[0]


def test_a_damaged_gzip_in_the_middle_is_reported(tmp_path: Path) -> None:
    write_made_up(tmp_path, "ssp")
    name = FILES["ssp"][0]
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / name).write_bytes(content)
    assert "damaged or incomplete" in faults("ssp", tmp_path)[0]
    (tmp_path / name).write_bytes(gzip.compress(b"caf\xe9\n" * 50))
    assert "UTF-8" in faults("ssp", tmp_path)[0]
