"""Every format, written from one run with a hostile title, read back by other programs and compared value by value."""

from __future__ import annotations

import csv
import json
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xarray as xr

import corridor
from corridor.areas import areas, members
from corridor.cli.runs_command import export_command
from corridor.data.catalogue import SOURCES
from corridor.errors import InputError
from corridor.stored_runs.citation import citation
from corridor.stored_runs.computing import compute_run
from corridor.stored_runs.exchange import geojson, workbook
from corridor.stored_runs.exchange.content import Choice, read_content
from corridor.stored_runs.exchange.formats import FORMATS, export_run
from corridor.stored_runs.exchange.measures import OF_AREAS, STATISTICS
from corridor.stored_runs.exchange.sdmx_structure import STRUCTURE_ID, page
from corridor.stored_runs.places import LocalPlace
from corridor.stored_runs.question import check_run
from corridor.stored_runs.run_folder import FINISHED, open_run

TITLE = r"""=HYPERLINK("http://x") \u001b[31m <b>\u202ered</b>, Қазақ\n>|"""
SHOWN = """=HYPERLINK("http://x") \\x1b[31m <b>\\u202ered</b>, Қазақ\\n>|"""
PAIRS = (("BGD", "ARE"), ("UZB", "KAZ"))
BOUNDS = tuple(name for name in STATISTICS if name != "central")
AREA_KEYS, FLOW_KEYS = ["year", "area", "measure"], ["year", "orig", "dest"]
NAMES = {area.short_name: area.iso3 for area in areas()}


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    escaped = TITLE.replace('"', '\\"')
    (folder / "hostile.toml").write_text(f'title = "{escaped}"\n', encoding="utf-8")
    words = [f"{orig}-{dest}" for orig, dest in PAIRS]
    question = check_run(
        str(folder / "hostile.toml"), (), last=2026, anchor="blended", base="2020-2024", draws=8, seed=1,
        corridors=words, ages=False,
    )  # fmt: skip
    return compute_run(LocalPlace(folder / "run"), question)


@pytest.fixture(scope="module")
def truth(stored):
    """Areas as the run keeps them; flows from its arrays, with the bounds of its corridors."""
    table = pd.read_parquet(BytesIO(stored.read("areas.parquet"))).set_index(AREA_KEYS)
    flows = corridor.open_run(stored.place.folder).flows.to_frame().set_index(FLOW_KEYS)
    flows = flows.set_axis(["central"], axis=1).query("central != 0")
    kept = pd.read_parquet(BytesIO(stored.read("corridors.parquet"))).set_index(FLOW_KEYS)
    return table, flows.join(kept[list(BOUNDS)])


@pytest.fixture(scope="module")
def written(stored, tmp_path_factory):
    """All formats; those that would be slow for the world hold Uzbekistan's part."""
    folder = tmp_path_factory.mktemp("written")
    part = {"xlsx": ("UZB",), "geojson": ("CICA",), "iamc": ("UZB", "BGD"), "sdmx": ("UZB", "BGD")}
    return {
        name: export_run(stored, folder / f"x-{name}{form.suffix}", name, Choice(part.get(name, ())))
        for name, form in FORMATS.items()
    }


def touching(flows, *codes):
    inside = flows.index.get_level_values("orig").isin(codes) | flows.index.get_level_values("dest").isin(codes)
    return flows[inside]


def of_areas(table, *codes):
    return table[table.index.get_level_values("area").isin(codes)]


def assert_same(found, expected, keys, *, relative=0.0):
    found = found.set_index(keys)[list(expected)].astype(float)
    assert len(found) == len(expected)
    found = found.reindex(expected.index)
    np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(float), rtol=relative, atol=0)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        found = pd.DataFrame(list(csv.DictReader(stream))).replace("", None)
    for name in found.columns.intersection(["year", "Year", "TIME_PERIOD", "time"]):
        found[name] = found[name].astype(int)
    return found


def test_csv_has_every_digit(written, truth):
    assert_same(rows_of(written["csv"] / "areas.csv"), truth[0], AREA_KEYS)
    assert_same(rows_of(written["csv"] / "flows.csv"), truth[1], FLOW_KEYS)


def test_parquet_is_exact(written, truth):
    assert_same(pd.read_parquet(written["parquet"] / "areas.parquet"), truth[0], AREA_KEYS)
    assert_same(pd.read_parquet(written["parquet"] / "flows.parquet"), truth[1], FLOW_KEYS)


def test_folders_state_how_they_were_made(written, stored):
    for name in ("csv", "parquet", "sdmx", "flowmap"):
        demand_facts(json.loads((written[name] / "made.json").read_text(encoding="utf-8")), stored)
        text = (written[name] / "README.txt").read_text(encoding="utf-8")
        assert stored.digest in text
        assert SHOWN in text
        assert "Licence: CC BY" in text
        assert all(line.isprintable() for line in text.splitlines())


def demand_facts(facts, stored):
    assert facts["digest_of_figures"] == stored.digest
    assert facts["scenario_digest"] == stored.question.scenario.digest
    assert facts["scenario_title"] == SHOWN
    assert (facts["seed"], facts["draws"]) == ("1", "8")
    assert corridor.__version__ in facts["computed_by"]
    assert "persons" in facts["unit"]
    assert facts["citation"].startswith(citation(stored)[:30])
    licences = {row["source"]: row["licence"] for row in facts["sources"]}
    assert all(SOURCES[key].licence == licence for key, licence in licences.items())
    assert len(licences) > 10


def test_the_workbook_reads_back_and_explains_itself(written, stored, truth):
    book = openpyxl.load_workbook(written["xlsx"])
    assert book.sheetnames == ["areas", "flows", "notes", "sources"]
    frames = {name: pd.DataFrame(book[name].values) for name in book.sheetnames}
    for name, frame in frames.items():
        frames[name] = frame[1:].set_axis([head.replace(" ", "_") for head in frame.iloc[0]], axis=1)
        assert book[name].freeze_panes == "A2"
        assert book[name]["A1"].font.bold
    assert_same(frames["areas"], of_areas(truth[0], "UZB"), AREA_KEYS, relative=1e-15)
    assert_same(frames["flows"], touching(truth[1], "UZB"), FLOW_KEYS, relative=1e-15)
    notes = dict(frames["notes"].to_numpy())
    assert notes["digest_of_figures"] == stored.digest
    assert notes["scenario_title"] == f"'{SHOWN}"
    assert "CC BY 3.0 IGO" in set(frames["sources"]["licence"])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_netcdf_opens_in_xarray(written, stored, truth):
    with xr.open_dataset(written["netcdf"], engine="scipy") as found:
        assert found.Conventions == "CF-1.11"
        assert found.scenario_title == SHOWN
        assert found.digest_of_figures == stored.digest
        assert found.history
        assert found.institution
        assert "Licence: CC BY" in found.sources
        assert list(found["year_of_time"].values) == list(stored.question.years)
        assert list(pd.DatetimeIndex(found["date"].values).strftime("%m-%d")) == ["01-01", "01-01"]
        edges, middle = found["time_bounds"].values, found["time"].values
        assert (edges[:, 0] < middle).all()
        assert (middle < edges[:, 1]).all()
        assert found["moves"].units == "1"
        assert found["moves"].cell_methods == "time: sum"
        years = dict(enumerate(stored.question.years))
        flows = found["moves"].to_series().dropna().reset_index(name="central")
        flows["year"] = flows["time"].map(dict(zip(middle, years.values(), strict=True)))
        assert_same(flows, truth[1][["central"]], FLOW_KEYS)
        for name, measure in OF_AREAS.items():
            axis = "date" if measure.is_stock else "time"
            for column in STATISTICS:
                values = found[name if column == "central" else f"{name}_{column}"].transpose(axis, "area").values
                expected = truth[0].xs(name, level="measure")[column].unstack("area")  # noqa: PD010 - twins must fail
                np.testing.assert_array_equal(values, expected[list(found["area"].values)].to_numpy())
        kept = truth[1].dropna()
        pairs = list(zip(found["corridor_orig"].values, found["corridor_dest"].values, strict=True))
        assert sorted(pairs) == sorted(PAIRS)
        for column in BOUNDS:
            for place, (orig, dest) in enumerate(pairs):
                expected = kept.xs((orig, dest), level=("orig", "dest"))[column]
                np.testing.assert_array_equal(found[f"moves_{column}"].values[:, place], expected)


def iamc_frames(frame):
    """Return areas and flows of a long table with the columns region, variable, unit, year, value."""
    frame = frame.assign(value=frame["value"].astype(float) * 1e6)
    parts = frame["variable"].str.extract(r"^(.*?)(?:\|([\d.]+)th Percentile)?$")
    shares = {np.nan: "central", "2.5": "lower_95", "10.0": "lower_80", "90.0": "upper_80", "97.5": "upper_95"}
    frame = frame.assign(variable=parts[0], column=parts[1].map(shares))
    is_flow = frame["region"].str.contains(">")
    flows, table = frame[is_flow], frame[~is_flow]
    ends = flows["region"].str.split(">", expand=True)
    flows = flows.assign(orig=ends[0].map(NAMES), dest=ends[1].map(NAMES))
    measures = {measure.iamc: name for name, measure in OF_AREAS.items()}
    table = table.assign(area=table["region"].map(NAMES), measure=table["variable"].map(measures))
    assert set(flows["variable"]) == {"Migration"}
    assert set(table.loc[table["measure"] == "population", "unit"]) == {"million"}
    assert set(flows["unit"]) == {"million/yr"}
    return wide(table, AREA_KEYS), wide(flows, FLOW_KEYS)


def wide(frame, keys):
    return frame.pivot(index=keys, columns="column", values="value").reset_index()  # noqa: PD010 - twins must fail


def demand_iamc(frame, truth):
    table, flows = iamc_frames(frame)
    assert_same(table, of_areas(truth[0], "UZB", "BGD"), AREA_KEYS, relative=1e-12)
    assert_same(flows, touching(truth[1], "UZB", "BGD"), FLOW_KEYS, relative=1e-12)


def test_iamc_reads_back(written, stored, truth):
    frame = rows_of(written["iamc"])
    assert list(frame) == ["Model", "Scenario", "Region", "Variable", "Unit", "Year", "Value"]
    assert set(frame["Scenario"]) == {f"'{SHOWN}"}
    demand_iamc(frame.rename(columns=str.lower), truth)
    beside = written["iamc"].with_name("x-iamc-metadata.json")
    facts = json.loads(beside.read_text(encoding="utf-8"))
    assert facts["regions"] == NAMES
    demand_facts({**facts, "unit": "persons"}, stored)


def test_pyam_reads_iamc(written, truth):
    pyam = pytest.importorskip("pyam", reason="pyam-iamc is not installed")
    demand_iamc(pyam.IamDataFrame(written["iamc"]).data, truth)


def demand_sdmx(frame, truth, relative):
    frame = frame.assign(column=frame["STATISTIC"].str.lower(), year=frame["TIME_PERIOD"].astype(int))
    frame = frame.assign(value=frame["OBS_VALUE"].astype(float))
    is_flow = ~frame["COUNTERPART_AREA"].str.startswith("_")
    measures = {measure.sdmx: name for name, measure in OF_AREAS.items()}
    table = frame[~is_flow].assign(area=frame["REF_AREA"], measure=frame["MEASURE"].map(measures))
    flows = frame[is_flow].assign(orig=frame["REF_AREA"], dest=frame["COUNTERPART_AREA"])
    assert_same(wide(table, AREA_KEYS), of_areas(truth[0], "UZB", "BGD"), AREA_KEYS, relative=relative)
    assert_same(wide(flows, FLOW_KEYS), touching(truth[1], "UZB", "BGD"), FLOW_KEYS, relative=relative)


def test_sdmx_reads_back_and_fits_its_structure(written, truth):
    frame = rows_of(written["sdmx"] / "data.csv")
    assert set(frame["STRUCTURE_ID"]) == {STRUCTURE_ID}
    demand_sdmx(frame, truth, 0.0)
    data = json.loads((written["sdmx"] / "structure.json").read_text(encoding="utf-8"))["data"]
    lists = {each["id"]: {code["id"]: code["name"] for code in each["codes"]} for each in data["codelists"]}
    parts = data["dataStructures"][0]["dataStructureComponents"]
    dimensions = parts["dimensionList"]["dimensions"]
    coded = [*dimensions, *parts["attributeList"]["attributes"]]
    for part in coded:
        key = part["localRepresentation"]["enumeration"].split(":")[-1].split("(")[0]
        assert set(frame[part["id"]]) <= set(lists[key]), part["id"]
    assert list(lists["CL_SCENARIO"].values()) == [SHOWN]
    assert not frame.duplicated([*(part["id"] for part in dimensions), "TIME_PERIOD"]).any()


def test_pysdmx_reads_data_and_structure(written, truth):
    pysdmx = pytest.importorskip("pysdmx.io", reason="pysdmx is not installed")
    (found,) = pysdmx.get_datasets(str(written["sdmx"] / "data.csv"), str(written["sdmx"] / "structure.json"))
    assert [part.id for part in found.structure.components.dimensions][-1] == "TIME_PERIOD"
    demand_sdmx(pd.DataFrame(found.data).astype({"OBS_VALUE": float}).astype({"STATISTIC": object}), truth, 1e-15)


def test_geojson_lines_have_the_flows_and_are_cut_at_the_antimeridian(written, stored, truth):
    whole = json.loads(written["geojson"].read_text(encoding="utf-8"))
    assert whole["type"] == "FeatureCollection"
    demand_facts(whole["metadata"], stored)
    found = pd.DataFrame(each["properties"] for each in whole["features"])
    codes = [area.iso3 for area in members("CICA")]
    assert_same(found, touching(truth[1], *codes), FLOW_KEYS)
    points = {area.iso3: [area.longitude, area.latitude] for area in areas()}
    kinds = set()
    for each in whole["features"]:
        parts, ends = each["geometry"]["coordinates"], each["properties"]
        kinds.add(kind := each["geometry"]["type"])
        lines = parts if kind == "MultiLineString" else [parts]
        assert (lines[0][0], lines[-1][-1]) == (points[ends["orig"]], points[ends["dest"]])
        assert all(abs(one[0] - two[0]) <= 180 for one, two in lines)
    assert kinds == {"LineString", "MultiLineString"}


@pytest.mark.parametrize(
    ("start", "end", "cut"),
    [((178.0, -18.0), (-170.0, -12.0), [(180.0, -17.0), (-180.0, -17.0)]),
     ((-170.0, -12.0), (178.0, -18.0), [(-180.0, -17.0), (180.0, -17.0)])],
)  # fmt: skip
def test_a_line_is_cut_where_it_crosses(start, end, cut):
    (first, one), (two, last) = geojson.line(start, end)["coordinates"]
    assert (first, last) == (start, end)
    np.testing.assert_allclose([one, two], cut)


def test_flowmap_names_every_place_of_its_flows(written, truth):
    places, flows = (rows_of(written["flowmap"] / f"{name}.csv") for name in ("locations", "flows"))
    assert list(places) == ["id", "name", "lat", "lon"]
    assert list(flows) == ["origin", "dest", "count", "time"]
    assert {*flows["origin"], *flows["dest"]} == set(places["id"])
    for row in places.to_dict("records"):
        area = areas()[corridor.areas.index(row["id"])]
        assert (float(row["lat"]), float(row["lon"]), row["name"]) == (area.latitude, area.longitude, area.short_name)
    found = flows.rename(columns={"origin": "orig", "count": "central", "time": "year"})
    assert_same(found, truth[1][["central"]], FLOW_KEYS)


def test_years_narrow_what_is_written_in_python(stored, truth, tmp_path):
    run = corridor.open_run(stored.place.folder)
    path = run.export(tmp_path / "part", group=["Kazakhstan", "UZB"], year=2026)
    expected = of_areas(truth[0], "KAZ", "UZB").query("year == 2026")
    assert_same(rows_of(path / "areas.csv"), expected, AREA_KEYS)
    assert_same(rows_of(path / "flows.csv"), touching(truth[1], "KAZ", "UZB").query("year == 2026"), FLOW_KEYS)
    assert run.export(tmp_path / "x.nc", year=[2026]).stat().st_size > 1000
    with pytest.raises(InputError, match=r"argument form=, value 'xls'.*\n.*argument year=, value 2030"):
        run.export(tmp_path / "part", "xls", year=2030)
    with pytest.raises(InputError, match="Only a stored run can be exported"):
        corridor.World.load(to=2026).run().export(tmp_path / "y")


def test_two_exports_of_a_run_have_the_same_bytes(stored, written, tmp_path):
    again = export_run(stored, tmp_path / "x-csv", "csv")
    for path in written["csv"].iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_what_cannot_be_written_is_refused_and_nothing_is_left(stored, tmp_path, monkeypatch):
    refused(stored, tmp_path / "x.nc", "xlsx", "a file that ends with .xlsx")
    refused(stored, tmp_path / "x.csv", None, "the format csv is a folder.*iamc")
    refused(stored, tmp_path / "no" / "x.xlsx", None, "folder of the file cannot be written to")
    refused(stored, stored.place.folder / "x", "parquet", "inside the run")
    refused(stored, stored.place.folder, "csv", "inside the run")
    refused(stored, Path("s3://bucket/x.nc"), None, "to this machine only")
    monkeypatch.setattr(workbook, "MOST_SHEET_ROWS", 1000)
    refused(stored, tmp_path / "x.xlsx", None, "rows.*--group or --year")
    monkeypatch.setattr(geojson, "MOST_FEATURES", 1000)
    refused(stored, tmp_path / "x.geojson", None, "lines.*--group or --year")
    monkeypatch.undo()
    (tmp_path / "file").write_text("mine")
    refused(stored, tmp_path / "file", "csv", "this is a file")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def refused(stored, path, form, message):
    with pytest.raises(InputError, match=message):
        export_run(stored, path, form)


def test_a_run_that_is_not_finished_is_refused(stored, tmp_path):
    import shutil

    folder = shutil.copytree(stored.place.folder, tmp_path / "run")
    (folder / FINISHED).unlink()
    refused(open_run(folder), tmp_path / "x.nc", None, "the run is not finished. Go on with it")


def test_a_run_without_draws_has_no_bounds(tmp_path):
    run = corridor.World.load(to=2026).run(store=tmp_path / "run")
    content = read_content(open_run(tmp_path / "run"), Choice(("KAZ",)))
    assert list(content.flows) == [*FLOW_KEYS, "central"]
    for name, form in FORMATS.items():
        assert run.export(tmp_path / f"x{name}{form.suffix}", name, group="KAZ", year=2026).exists()


def test_the_command_offers_every_format():
    (option,) = [option for option in export_command.params if option.name == "form"]
    assert list(option.type.choices) == list(FORMATS)  # type: ignore[attr-defined]  # a choice


def test_the_page_of_the_structure_is_that_of_the_code():
    path = Path(__file__).parents[3] / "docs" / "reference" / "sdmx.md"
    assert path.read_text(encoding="utf-8") == page()
