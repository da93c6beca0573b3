"""`corridor estimate` on the command line, its files, and what bad input is told."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from corridor.api.past_flows import past_flows
from corridor.areas import codes, index, meant, members
from corridor.axes import SEXES, TYPES
from corridor.calendar import PERIODS
from corridor.cli import COMMANDS, main
from corridor.cli.estimate_command import OWN_FILES, estimate_command
from corridor.errors import InputError
from corridor.estimate.accounts.by_birthplace import moves_by_birthplace
from corridor.estimate.accounts.past_flows import transitions
from corridor.estimate.moves.product import VARIANTS, WORDS, evidence_of_year, interval_of_year, moves_of_year
from corridor.estimate.moves.stocks import YEARS
from corridor.estimate.own.own_data import flows_from_stocks
from corridor.estimate.own.own_files import FILES, example, read_own_files
from corridor.estimate.world.products import PRODUCTS

READERS: dict[str, Any] = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}


def run(*words: object) -> Result:
    return CliRunner().invoke(estimate_command, [str(word) for word in words])


def refused(*words: object) -> str:
    result = run(*words)
    assert isinstance(result.exception, InputError)
    return str(result.exception)


def printed(*words: object) -> str:
    result = run(*words)
    assert result.exception is None, result.output
    return result.output


@pytest.fixture
def files(tmp_path):
    printed("--template", tmp_path / "own")
    return {name: tmp_path / "own" / file for name, file in FILES.items()}


def own(files, *more):
    options = {table: option for option, table in OWN_FILES.items()}
    words = [word for table, path in files.items() for word in (f"--{options[table].replace('_', '-')}", path)]
    return (*words, *more)


# Built-in estimates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("by", ["total", "type", "sex"])
def test_rows_are_the_tables_of_the_product(panel, product, by):
    frame = past_flows(product, period=2015, by=by)
    assert list(frame)[:3] == ["period", "orig", "dest"]
    assert (frame["period"] == 2015).all()
    assert (frame["moves"] > 0).all()
    assert not (frame["orig"] == frame["dest"]).any()
    assert set(frame.get(by, [])) == {"total": set(), "type": set(TYPES), "sex": set(SEXES)}[by]
    for column in ("lower", "upper"):
        assert (column in frame) == (product in VARIANTS and by != "type")
    assert ("evidence" in frame) == (product == "moves" and by == "total")
    whole = PRODUCTS[product].by_type(panel, 2015).sum()
    if by != "sex" or product in VARIANTS:  # an account of each sex is not that of both
        assert frame["moves"].sum() == pytest.approx(whole)


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
def test_every_product_says_what_it_is_and_what_it_is_for(product):
    assert product.title[0].isupper()
    assert "Use it" in product.use
    assert product.use.endswith(".")
    assert product.periods == tuple(sorted(set(product.periods)))
    assert product.interval is not None or not product.detailed


def test_calendar_years(panel):
    frame = past_flows("moves", period="all", orig="SYR", dest="DEU").set_index("period")
    cell = index("SYR"), index("DEU")
    assert tuple(frame.index) == YEARS
    np.testing.assert_allclose(frame["moves"], [moves_of_year(panel, year).sum(axis=0)[cell] for year in YEARS])
    bounds = np.array([[bound[cell] for bound in interval_of_year(panel, year)] for year in YEARS])
    np.testing.assert_allclose(frame[["lower", "upper"]], bounds)
    assert (frame["lower"] < frame["moves"]).all()
    assert (frame["moves"] < frame["upper"]).all()
    assert frame["evidence"].tolist() == [WORDS[evidence_of_year(panel, year)[cell]] for year in YEARS]
    kinds = past_flows("consistent", period=2015, orig="SYR", dest="TUR", by="type").set_index("type")["moves"]
    expected = moves_of_year(panel, 2015, "consistent")[:, index("SYR"), index("TUR")]
    np.testing.assert_allclose(kinds.reindex(list(TYPES), fill_value=0.0), expected)
    with pytest.raises(InputError, match="1990 to 2024, or all"):
        past_flows("consistent", period=2025)
    with pytest.raises(InputError, match="2015, 2020, or all"):
        past_flows("minimum", period=2016)


def test_a_row_is_the_cell_of_its_table(panel):
    row = past_flows(period=2010, orig="SYR", dest="Türkiye").iloc[0]
    cell = moves_of_year(panel, 2010)[:, index("SYR"), index("TUR")].sum()
    assert row["moves"] == pytest.approx(cell)
    assert row["lower"] < cell < row["upper"]
    least = past_flows("minimum", period=1990, orig="RWA", dest="COD", by="type").set_index("type")["moves"]
    expected = transitions(panel, 1990)[0][:, index("RWA"), index("COD")] / PERIODS[1990]
    np.testing.assert_allclose(least.reindex(list(TYPES), fill_value=0.0), expected)


def test_groups_and_areas_are_chosen_together():
    frame = past_flows(orig=["Central Asia", "Mongolia"], dest="CICA")
    chosen = {area.iso3 for area in members("Central Asia")} | {"MNG"}
    assert set(frame["orig"]) == chosen
    assert set(frame["dest"]) == {area.iso3 for area in meant("CICA")[1]}


def test_all_periods_or_the_latest():
    assert tuple(past_flows(period="all", orig="KAZ", dest="RUS")["period"]) == YEARS
    assert set(past_flows(orig="KAZ", dest="RUS")["period"]) == {max(YEARS)}
    periods = past_flows("independence", period="all", orig="KAZ", dest="RUS")["period"]
    assert tuple(periods) == tuple(PERIODS)


def test_the_history_of_a_corridor_is_told_in_order_of_years():
    output = printed("--orig", "UZB", "--dest", "KAZ", "--period", "all", "--top", "5")
    years = [int(line.split()[0]) for line in output.splitlines() if line.strip()[:2] == "20"]
    assert years == list(YEARS[-5:])


def test_people_born_in_one_area(panel):
    frame = past_flows(period=2010, birthplace="Syrian Arab Republic", orig="SYR")
    table = moves_by_birthplace(panel, 2010, "SYR")[index("SYR")]
    np.testing.assert_allclose(frame["moves"], table[table > 0])
    assert list(frame) == ["period", "orig", "dest", "moves"]


def test_the_largest_are_printed_by_name():
    output = printed("--top", 3, "--period", 2000)
    assert "3 of" in output
    assert re.search(r"2000\s+Mexico\s+United States\s.*\s+of America\s", output)
    assert "Its net migration is not the UN's" in output
    assert "Mexico" not in printed("--top", 0)


@pytest.mark.parametrize("suffix", READERS)
def test_files_hold_every_row(tmp_path, suffix):
    path = tmp_path / f"flows{suffix}"
    output = printed("--orig", "CICA", "--dest", "GCC", "--by", "type", "--period", "all", "-o", path)
    expected = past_flows(orig="CICA", dest="GCC", by="type", period="all")
    # Namibia and no answer look alike to these readers, and nobody here is from Namibia
    found = READERS[suffix](path)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9)
    assert f"{len(expected):,} rows are in" in output
    assert list(tmp_path.iterdir()) == [path]


def test_every_mistake_is_told_at_once(tmp_path):
    report = refused(
        *("--product", "movs", "--period", "1989", "--orig", "Kazahstan", "--dest", "ASEANN", "--by", "sx"),
        *("--birthplace", "Atlantis", "--top", "-3", "-o", tmp_path / "nowhere" / "flows.doc"),
    )
    for option in ("--product", "--period", "--orig", "--dest", "--by", "--birthplace", "--top"):
        assert f"option {option}, value '" in report
    for remedy in (
        "Did you mean moves",
        "1990 to 2024, or all",
        "Kazakhstan",
        "ASEAN",
        ".csv, .xlsx, .parquet",
        "Create",
    ):
        assert remedy in report
    assert "People born" not in report


def test_a_mistake_exits_with_2(monkeypatch):
    monkeypatch.setitem(COMMANDS, "estimate", "corridor.cli.estimate_command")
    result = CliRunner().invoke(main, ["estimate", "--product", "movs"])
    assert result.exit_code == 2
    assert "Did you mean moves" in result.output
    assert "  estimate" in CliRunner().invoke(main, ["--help"]).output


def test_a_birthplace_is_an_area_and_of_the_moves():
    assert "option --birthplace, value 'CICA'" in refused("--birthplace", "CICA")
    assert "product moves, by total" in refused("--birthplace", "SYR", "--by", "sex")
    assert "product moves, by total" in refused("--birthplace", "SYR", "--product", "minimum")


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("corridor.data.tables.export.MOST_SHEET_ROWS", 30)
    path = tmp_path / "flows.xlsx"
    assert "more rows than the 29" in refused("--orig", "CICA", "-o", path)
    assert not path.exists()


# Own tables ---------------------------------------------------------------------------------------------------------


def test_templates_are_accepted_as_they_are(files):
    frames, told = read_own_files(files)
    assert told == []
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(frame, example(name).drop(columns="note"), check_dtype=False)
        assert pd.read_csv(files[name])["note"].notna().any()
    output = printed(*own(files))
    assert re.search(r"South\s+East\s+185", output)
    assert re.search(r"North\s+57\s+157\s+-100\s+0\.0", output)


def test_the_command_of_the_template_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = printed("--template", "own").split("corridor estimate ")[1]
    assert re.search(r"East\s+South\s+49", printed(*said.split()))


def test_templates_replace_nothing(files):
    folder = files["start"].parent
    files["births"].write_text("mine")
    report = refused("--template", folder)
    assert report.count("a file of this name exists, and examples do not replace files") == len(FILES)
    assert files["births"].read_text() == "mine"
    assert "this option writes examples and cannot be combined with other options" in refused(
        "--template", folder.parent / "other", "--by", "sex"
    )
    assert not (folder.parent / "other").exists()
    assert "the results go into a folder, but this is a file" in refused("--template", files["births"])


@pytest.mark.parametrize("suffix", READERS)
def test_own_tables_in_every_format_give_the_same(tmp_path, files, suffix):
    from corridor.data.tables.export import write_table

    given = {name: tmp_path / f"{name}{suffix}" for name in files}
    for name, path in given.items():
        write_table(example(name), path)
    path = tmp_path / f"flows{suffix}"
    printed(*own(given, "--by", "type", "--method", "blend", "-o", path))
    start, end, births, deaths = map(example, FILES)
    expected = flows_from_stocks(start, end, births=births, deaths=deaths, method="blend").flows
    pd.testing.assert_frame_equal(READERS[suffix](path), expected, check_dtype=False, rtol=1e-9)


def test_words_that_a_sheet_would_compute_are_defused(tmp_path, files):
    for path in files.values():
        path.write_text(path.read_text().replace("West", "=1+1"))
    out = tmp_path / "flows.csv"
    printed(*own(files, "-o", out))
    assert "'=1+1" in set(pd.read_csv(out)["orig"])
    printed(*own(files, "-o", tmp_path / "flows.parquet"))
    assert "=1+1" in set(pd.read_parquet(tmp_path / "flows.parquet")["orig"])


def test_control_characters_are_shown_as_text(tmp_path, files):
    for path in files.values():
        path.write_text(path.read_text().replace("West", "We\x01st"))
    for suffix, read in ((".xlsx", pd.read_excel), (".csv", pd.read_csv)):
        assert "We\\x01st" in printed(*own(files, "-o", tmp_path / f"flows{suffix}"))
        assert r"We\x01st" in set(read(tmp_path / f"flows{suffix}")["orig"])


def test_nobody_moves(tmp_path, files):
    for name in ("births", "deaths"):
        files[name].write_text(re.sub(r",\d+,", ",0,", files[name].read_text()))
    files["end"].write_text(files["start"].read_text())
    out = tmp_path / "flows.csv"
    assert "0 rows are in" in printed(*own(files, "-o", out, "--by", "type"))
    assert out.read_text() == "orig,dest,type,persons\n"
    start = example("start")
    assert not flows_from_stocks(start, start).matrix.to_numpy().any()


def test_methods_without_births(files):
    stocks = {name: files[name] for name in ("start", "end")}
    assert re.search(r"South\s+East\s+120", printed(*own(stocks, "--method", "difference-drop")))
    assert re.search(r"East\s+South\s+72", printed(*own(stocks, "--method", "rates", "--total", "360")))
    assert "Balanced: the native-born" in printed(*own(stocks, "--balancing", "before"))
    assert "people came from outside" in printed(*own(files, "--system", "open"))


def test_reports_name_files_and_options(tmp_path, files):
    files["births"].write_text(files["births"].read_text().replace("South", "Suoth"))
    report = refused(*own(files))
    assert f"file {files['births']}, value 'Suoth'" in report
    report = refused(
        *("--stock-start", files["start"], "--births", tmp_path / "none.csv", "--method", "mnimum", "--by", "sex"),
        *("--total", "many", "--system", "shut", "--balancing", "befor"),
    )
    for option in ("--stock-end", "--method", "--by", "--total", "--system", "--balancing"):
        assert re.search(rf"option {option}(, value '\w+')?: ", report)
    assert f"file {tmp_path / 'none.csv'}: the file cannot be opened" in report


def test_bad_cells_of_all_files_are_told(files):
    files["start"].write_text(files["start"].read_text().replace("9000", "-9000"))
    files["deaths"].write_text(files["deaths"].read_text().replace("560", "many"))
    report = refused(*own(files))
    assert (
        f"file {files['start']}, row 2, column persons, value '-9000': a count cannot be negative or infinite" in report
    )
    assert f"file {files['deaths']}, row 3, column persons, value 'many': this is not a number" in report


def test_totals_that_do_not_agree_are_told(files):
    files["births"].write_text(files["births"].read_text().replace("700", "760"))
    report = refused(*own(files))
    assert "exceed it by 60" in report
    assert "balancing before" in report


def test_own_tables_and_built_in_estimates_do_not_mix(files):
    report = refused(*own(files, "--product", "moves", "--period", "2015"))
    assert "Leave out --product --period, or --stock-start --stock-end --births --deaths" in report


def test_what_no_sweep_settles_stops_unless_asked_otherwise(tmp_path):
    cells = {
        "start": [9, 9, 1, 1, 9, 9, 1, 1, 0, 0, 9, 9, 0, 0, 9, 9],
        "end": [1, 1, 1, 1, 1, 1, 1, 1, 16, 16, 1, 1, 16, 16, 1, 1],
    }
    given = {}
    for name, persons in cells.items():
        given[name] = tmp_path / f"{name}.csv"
        born, lives = np.repeat(list("ABCD"), 4), np.tile(list("ABCD"), 4)
        pd.DataFrame({"birthplace": born, "residence": lives, "persons": persons}).to_csv(given[name], index=False)
    result = CliRunner().invoke(main, ["estimate", *map(str, own(given, "--balancing", "before"))])
    assert result.exit_code == 1
    assert "birthplace A, birthplace B" in result.output
    assert "is not met by A, B" in printed(*own(given, "--balancing", "before", "--allow-unconverged"))


def test_all_areas_have_rows():
    frame = past_flows()
    assert set(frame["orig"]) == set(frame["dest"]) == set(codes())
