"""Rolling origins: taken up where they stopped, the same in one process and in two; the command and its page."""

import json
import re
import shutil
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.backtest import rolling
from corridor.backtest.flow_products import published_product
from corridor.backtest.flow_scores import TARGETS
from corridor.backtest.rolling import MODELS, overall, planned, r2_frame, run_rolling, skill_frame
from corridor.backtest.simple_rivals import RIVALS
from corridor.backtest.un_vintages import VINTAGES, ex_ante, read_revisions, read_vintage
from corridor.cli import main
from corridor.errors import InputError
from tests.flow_worlds import product_of, random_walks
from tests.scripts import load_script

PAIR = RIVALS[:2]
NEED_TWO = {"drift", "gravity, pairs", "gravity, last flow", "boosted trees"}
"""Models that need two periods and take their intervals from an earlier origin: none at the first they can."""
SMALL: dict[str, Any] = {"models": PAIR, "origins": (2000, 2005, 2010), "periods": 2, "draws": 30}


def test_results_are_kept_and_taken_up_again(tmp_path):
    product = random_walks(1)
    seen: list[str] = []
    whole = run_rolling(product, tmp_path, **SMALL, progress=seen.append)
    assert len(seen) == 6
    folders = sorted(tmp_path.glob("*/*"))
    lost = folders[0]
    stamps = {folder: (folder / "scores.parquet").stat().st_mtime_ns for folder in folders}
    shutil.rmtree(lost)
    again = run_rolling(product, tmp_path, **SMALL, progress=seen.append)
    assert len(seen) == 12
    made_anew = [folder for folder in folders if (folder / "scores.parquet").stat().st_mtime_ns != stamps[folder]]
    assert made_anew == [lost]
    for table in rolling.TABLES:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(whole, table))


def test_all_results_that_are_not_whole_are_named(tmp_path):
    product = random_walks(1)
    run_rolling(product, tmp_path, **SMALL)
    lost, cut, edited, more, *_ = sorted(tmp_path.glob("*/*"))
    (lost / "points.parquet").unlink()
    (cut / "scores.parquet").write_bytes((cut / "scores.parquet").read_bytes()[:-1])
    (edited / "made.json").write_text((edited / "made.json").read_text().replace('"seed": 1', '"seed": 2'))
    shutil.copyfile(more / "scores.parquet", more / "scores2.parquet")
    with pytest.raises(InputError) as report:
        run_rolling(product, tmp_path, **SMALL)
    named = [lost / "points.parquet", cut / "scores.parquet", edited / "made.json", more / "scores2.parquet"]
    remedy = "Delete the folder {} and run again: all other results are kept"
    assert {(problem.file, problem.remedy) for problem in report.value.problems} == {
        (str(path), remedy.format(path.parent)) for path in named
    }


@pytest.mark.parametrize("change", ["seed", "flows"])
def test_results_of_something_else_are_made_anew(tmp_path, change):
    product = random_walks(1)
    run_rolling(product, tmp_path, **SMALL)
    made = next(tmp_path.glob("*/*")) / "made.json"
    before = json.loads(made.read_bytes())
    if change == "seed":
        run_rolling(product, tmp_path, **SMALL, seed=2)
    else:
        run_rolling(random_walks(2), tmp_path, **SMALL)
    after = json.loads(made.read_bytes())
    assert {key for key in before if before[key] != after[key]} == {change, "seal", "files"}


def test_two_processes_give_what_one_gives(tmp_path):
    product = random_walks(1)
    one = run_rolling(product, tmp_path / "one", **SMALL)
    two = run_rolling(product, tmp_path / "two", **SMALL, workers=2)
    for table in rolling.TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table))


def test_models_with_too_short_a_past_are_left_out():
    jobs = planned(random_walks(1), MODELS, (1995, 2000))
    left_out = {model.name for model in MODELS} - {job.model.name for job in jobs if job.origin == 1995}
    assert left_out == {"two-part (Welch and Raftery)", *NEED_TWO}
    with pytest.raises(InputError, match="2003"):
        planned(random_walks(1), PAIR, (2003,))


def test_a_product_of_one_period_cannot_be_forecast(tmp_path):
    with pytest.raises(InputError, match="too few periods"):
        run_rolling(random_walks(1, periods=1), tmp_path, models=PAIR, origins=())


def test_in_a_world_that_returns_to_its_mean_the_mean_has_skill(tmp_path):
    results = run_rolling(random_walks(1, persistence=0.0), tmp_path, **SMALL)
    skill = skill_frame(results).set_index(["model", "ahead", "target"])
    rows = skill.to_dict("index")
    assert rows["persistence", 1, "corridors"]["skill"] == 0.0
    mean = rows["mean of the past", 1, "corridors"]
    assert 0 < mean["lower_95"] < mean["skill"] < mean["upper_95"]
    assert mean["origins"] == 3
    pooled = overall(results)
    own = pooled[(pooled["model"] == "mean of the past") & (pooled["ahead"] == 1) & (pooled["target"] == "corridors")]
    assert mean["mae"] == pytest.approx(own["mae"].mean())
    assert set(r2_frame(results)["corridors"]) == {40 * 39}


def test_where_nothing_changes_persistence_errs_nowhere(tmp_path):
    flows = np.repeat(np.random.default_rng(1).uniform(1, 1e4, (1, 30, 30)), 6, axis=0)
    flows[:, range(30), range(30)] = 0.0
    results = run_rolling(product_of(flows), tmp_path, **SMALL)
    assert overall(results)[["mae", "crps", "interval_score_95"]].to_numpy().max() < 1e-6


def test_neighbouring_periods_of_published_flows_are_as_alike_as_known(tmp_path, panel, sources):
    product = published_product(panel, "pseudo-Bayes", load_script("flow_skill").read_pseudo_bayes(sources))
    results = run_rolling(product, tmp_path, models=PAIR[:1], periods=1)
    found = overall(results)
    found = found[found["target"] == "corridors"]
    np.testing.assert_allclose(found["cpc"], [0.76, 0.73, 0.80, 0.70, 0.76], atol=0.025)


def test_the_blends_beat_persistence_on_the_last_periods_of_published_flows(tmp_path, panel, sources):
    """On our own flows, which keep their corrections through time, persistence is as good (flow-skill.md)."""
    product = published_product(panel, "pseudo-Bayes", load_script("flow_skill").read_pseudo_bayes(sources))
    models = [model for model in MODELS if model.name in ("persistence", "anchored blend")]
    results = run_rolling(product, tmp_path, models=models, origins=(2010, 2015), periods=1, draws=100)
    skill = skill_frame(results).set_index(["model", "target"])["skill"]
    assert skill[("anchored blend", "corridors")] > 5.0
    assert skill[("anchored blend", "net")] > 0.0
    cpc = overall(results).query("target == 'corridors'").groupby("model")["cpc"].mean()
    assert cpc["anchored blend"] > cpc["persistence"]


def test_the_command_prints_and_writes_a_page(tmp_path, monkeypatch):
    monkeypatch.setattr(rolling, "ORIGINS", (2000,))
    words = ["backtest", "flows", "--product", "moves", "--workers", "1", "-o", str(tmp_path)]
    for form in ("markdown", "csv"):  # the second finds the results of the first
        done = CliRunner().invoke(main, [*words, "--format", form], catch_exceptions=False)
        assert done.exit_code == 0
        assert done.stdout.count("anchored blend") == len(TARGETS)
    page = (tmp_path / "flow_skill.html").read_text()
    assert page.count("<svg") == len(TARGETS) + 4 + len(MODELS) - len(NEED_TWO)
    written = {path.name for path in tmp_path.iterdir()}
    assert written >= {"made.json", "flow_skill.csv", "flow_scores.parquet", "results"}


def vintages(values, years=(2010, 2012, 2015, 2017, 2019)):
    rows = [(year, "KAZ", f"{start}-{start + 5}", values[start]) for year in years for start in range(1990, 2025, 5)]
    return pd.DataFrame(rows, columns=["vintage", "iso3", "period", "net_migration_thousands"])


def test_a_revision_knows_the_periods_that_had_ended():
    vintage = read_vintage(vintages(dict.fromkeys(range(1990, 2025, 5), 10.0)), 2012)
    assert vintage.starts[vintage.known] == 2010
    assert np.nansum(vintage.net[0]) == 2000.0


def test_a_revision_that_foresaw_everything_errs_nowhere(panel):
    from corridor.areas import codes
    from corridor.data.arrays import net_migration

    place = list(codes()).index("KAZ")
    came = net_migration(panel, range(1990, 2026, 5))[8:, place] * 5 / 1000
    found = ex_ante(panel, vintages(dict(zip(range(1990, 2025, 5), came, strict=True))))
    found = found.set_index(["vintage", "forecast"])
    errors = found["mae"].to_dict()
    assert errors["all", "the UN's projection"] < 1e-6
    assert found["cells"].to_dict()["all", "the UN's projection"] == 2 + 2 + 2 + 1 + 1
    assert errors["2019", "persistence"] == pytest.approx(200 * abs(came[6] - came[4]))


def test_the_un_projected_better_than_persistence(panel, sources):
    file = sources / "wpp_vintages" / "net_migration_by_vintage.csv.gz"
    found = ex_ante(panel, read_revisions(file)[0]).set_index(["vintage", "forecast"])
    assert found["skill_persistence"].to_dict()["all", "the UN's projection"] > 5.0
    done = CliRunner().invoke(main, ["backtest", "un-vintages", str(file), "--format", "csv"], catch_exceptions=False)
    assert done.stdout.count(",damped,") == 6


def test_wrong_cells_of_revisions_are_named(tmp_path):
    header = "vintage,iso3,period,net_migration_thousands\n"
    starts = range(1990, 2025, 5)
    rows = [f"{year},KAZ,{start}-{start + 5},34.558" for year in VINTAGES for start in starts]
    path = tmp_path / "old.csv"
    path.write_text(header + "\n".join([*rows, "2022,KAZ,2021,1", "2010,WLD,2010-2015,5.0"]))
    frame, notes = read_revisions(path)
    assert len(frame) == len(VINTAGES) * len(starts)
    assert any("not used: 2022" in note for note in notes)
    assert any("WLD" in note for note in notes)
    for wrong, said in (
        ("2010,UZB,80-1985,1", "the period is not of 5 years"),
        ("2010,UZB,2010-2014,1", "the period is not of 5 years"),
        ("2010,UZB,2010-2015,inf", "not a finite number"),
        ("2010,UZB,2010-2015,n/a?", "this is not a number"),
        ("2010,KAZ,2010-2015,9", "another row has the same vintage, iso3, period"),
    ):
        path.write_text(header + "\n".join([*rows, wrong]))
        with pytest.raises(InputError, match=rf"row {len(rows) + 2}.*{re.escape(said)}"):
            read_revisions(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vintage,iso3\n2010,KAZ\n", "columns"),
        ("vintage,iso3,period,net_migration_thousands\n2010,KAZ,2010-2015,1\n", "revisions"),
    ],
)
def test_files_of_revisions_that_cannot_be_used(tmp_path, text, said):
    (tmp_path / "old.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        read_revisions(tmp_path / "old.csv")
    with pytest.raises(InputError, match="cannot be opened"):
        read_revisions(tmp_path / "none.csv")
