"""The page that holds the gate against records is what is computed, and its words hold. Takes a quarter of a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.references import need
from tests.scripts import load_script, same_text

need("data/policy")


DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def script():
    return load_script("confront_pathways")


@pytest.fixture(scope="module")
def found(script, sources):
    return script.find(sources)


def test_the_page_is_what_the_script_writes(script, found):
    same_text((DOCS / "results" / "pathways-validation.md").read_text(), script.page(found))


def test_words_on_the_border_of_the_united_states_hold(found):
    for name, (soon, later) in found.openings.items():
        assert soon.fewer.estimate > 1.0, name
        assert soon.fewer.lower < 1.0 < soon.fewer.upper, name
        for each in (soon, later) if "Venezuela" in name else ():
            assert each.change.lower < each.gate < each.change.upper
        if "Venezuela" not in name:
            assert soon.change.upper < soon.gate < 0.0, name
    venezuela = found.openings["Venezuela, parole"]
    assert venezuela[0].change.estimate < 0.0 < venezuela[1].change.estimate
    assert found.closing.all_fell < 0.0 < found.closing.change.lower
    assert found.closing.change.lower < found.closing.gate.estimate < found.closing.change.upper
    for each in found.lawful.values():
        assert each.estimate < 0.0 < each.upper
        assert each.lower < -0.30
    assert 0.55 < found.lawful[10].estimate / -0.30 < 0.75


def test_words_on_visas_hold(script, found):
    legal, irregular, _ = script._gate_visa(-script.REQUIREMENT)
    assert found.freed == {
        2010: ["MKD", "MNE", "SRB"],
        2011: ["ALB", "BIH"],
        2014: ["MDA"],
        2017: ["GEO", "UKR"],
        2024: ["XKX"],
    }
    assert found.detected[2011][0].upper < irregular
    assert found.detected[2014][1].upper < irregular
    assert min(each.estimate for each in found.detected[2017]) > 0.0
    assert found.serbia["together"][1].upper < -1.0
    assert found.serbia["TUN"][0].upper < 0.0 < found.serbia["TUN"][1].upper
    removed, introduced = (found.reported[one].study for one in (True, False))
    assert removed.effect(1).upper < 0.51
    assert removed.effect(4).lower < legal < removed.effect(4).upper
    assert introduced.effect(1).estimate < 0.0 < introduced.effect(1).upper


def test_words_on_refusals_and_verdicts_hold(script, found):
    for name in ("detections, a year later", "detections, the same year", "detections, the year before"):
        assert found.asylum[name].estimate < 0.0
    changes = found.asylum["the same, yearly changes"]
    assert changes.lower < 0.0 < changes.upper
    assert found.asylum["applications, a year later"].upper < 0.0
    words = {row.claim: row.verdict for row in script.claims(found)}
    assert words["visa introduced: that against the year of the change"] == "contradicts"
    assert words["visa introduced: reported inflow 4 to 7 years on"] == "does not contradict"
    assert "agrees" not in words.values()
