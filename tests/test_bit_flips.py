"""Damage to stored files is found: a small version of `benchmarks/bit_flips.py`."""

from __future__ import annotations

import pytest
from benchmarks.bit_flips import DAMAGES, all_stored, flip, tried

FEW = {**dict.fromkeys(DAMAGES, 1), flip: 8}


@pytest.mark.parametrize("kind", all_stored())
def test_no_damage_is_missed(kind, tmp_path):
    stored = kind()
    for damage, counts in tried(stored, tmp_path / "stored", FEW).items():
        assert counts["missed"] == 0, damage
        assert counts["found"] == sum(counts.values()) or damage == "add", damage
