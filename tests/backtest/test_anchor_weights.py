"""How much of the UN's projection to follow: what is asked of a revision, and that the weight is found."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.areas import codes
from corridor.backtest.anchor_weights import POOLED, best_weight, cases, mixed, weight_errors, weight_frame
from corridor.backtest.forecast_form import margins
from corridor.backtest.un_vintages import VINTAGES
from corridor.cli import backtest_command, main
from tests.flow_worlds import STARTS, product_of

KNOWN = 12
WEIGHTS = (0.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def product():
    generator = np.random.default_rng(4)
    level = generator.normal(7.0, 1.0, (KNOWN, KNOWN))
    flows = np.exp(level + generator.normal(0.0, 0.3, (6, KNOWN, KNOWN)).cumsum(axis=0))
    flows[:, range(KNOWN), range(KNOWN)] = 0.0
    return product_of(flows)


def revisions(projected):
    """Old revisions that all say the same: [period from 1990, known area], persons a year."""
    rows = [
        (year, code, f"{start}-{start + 5}", 5 * projected[place, area] / 1000)
        for year in VINTAGES
        for place, start in enumerate(STARTS)
        for area, code in enumerate(codes()[:KNOWN])
    ]
    return pd.DataFrame(rows, columns=["vintage", "iso3", "period", "net_migration_thousands"])


def test_only_periods_that_began_after_a_revision_are_asked_about(product):
    came = margins(product.flows)[2, :, :KNOWN]
    found = [(case.revision, case.start) for case in cases(product, revisions(came))]
    assert found == [(2010, 2015), (2012, 2015), (2015, 2015)]


def test_a_mix_has_the_net_migration_of_the_mix(product):
    came = margins(product.flows)[2, :, :KNOWN]
    case = next(cases(product, revisions(came)))
    np.testing.assert_allclose(margins(mixed(case, 0.0)), margins(case.last), rtol=1e-9, atol=1e-3)
    target = 0.25 * came[5] + 0.75 * margins(case.last)[2]
    np.testing.assert_allclose(margins(mixed(case, 0.25))[2], target - target.mean(), atol=1e-3)


def test_a_revision_that_foresaw_everything_is_followed_and_one_that_knows_nothing_is_not(product):
    came = margins(product.flows)[2, :, :KNOWN]
    right = weight_frame(weight_errors(product, revisions(came), WEIGHTS))
    assert best_weight(right) == 1.0
    net = right[(right["revision"] == POOLED) & (right["target"] == "net")].set_index("weight")["skill"]
    assert net[1.0] == pytest.approx(100.0, abs=0.01)
    noise = np.random.default_rng(1).normal(0.0, 10.0 * came.std(), came.shape)
    wrong = weight_frame(weight_errors(product, revisions(noise - noise.mean(axis=1)[:, None]), WEIGHTS))
    assert best_weight(wrong) == 0.0


def test_the_command_prints_a_row_a_revision_and_share(product, tmp_path, monkeypatch):
    monkeypatch.setattr(backtest_command, "_product", lambda *_: product)
    came = margins(product.flows)[2, :, :KNOWN]
    said = revisions(came)
    next_period = said[said["period"] == "2015-2020"].assign(period="2020-2025")  # not in the product, so not scored
    pd.concat([said, next_period]).to_csv(tmp_path / "old.csv", index=False)
    words = ["backtest", "anchors", str(tmp_path / "old.csv"), "--format", "csv"]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    table = pd.read_csv(StringIO(done.output))
    assert table.columns.tolist() == ["revision", "share of the UN's", "corridors", "net"]
    assert len(table) == 4 * 11  # three revisions and all of them
    assert table.iloc[-1]["net"].startswith("+100.0")


def test_an_area_that_a_revision_lacks_keeps_the_model(product):
    came = margins(product.flows)[2, :, :KNOWN]
    frame = revisions(came)
    case = next(cases(product, frame[frame["iso3"] != codes()[0]]))
    assert np.isnan(case.projected[0])
    kept = margins(mixed(case, 1.0))[2, 0] - margins(case.last)[2, 0]
    assert abs(kept) < abs(came[5, 0] - margins(case.last)[2, 0])
