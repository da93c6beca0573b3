"""Seals: a manifest is read back as it was sealed, any change of it or of a shipped file is refused by name."""

from __future__ import annotations

import shutil

import pytest

from corridor import seals
from corridor.areas.register import read_table
from corridor.errors import InputError
from corridor.scenario.source import shipped_names
from corridor.seals import checked, sealed_facts, shipped, shipped_sums, sum_of, unsealed
from tests.scripts import load_script

FORM = "corridor test 1"
FACTS = {"sha256": "of something", "rows": 3, "names": ["Қазақстан", "a"]}


@pytest.fixture
def manifest(tmp_path):
    path = tmp_path / "made.json"
    path.write_bytes(sealed_facts(FORM, FACTS))
    return path


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a copy of the package's data files, which are read in place of them."""
    for name in (seals.SHIPPED, *shipped_sums()):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(seals.PACKAGE / name, tmp_path / name)
    monkeypatch.setattr(seals, "PACKAGE", tmp_path)
    shipped_sums.cache_clear()
    yield tmp_path
    shipped_sums.cache_clear()


def test_a_manifest_comes_back(manifest):
    assert unsealed(manifest, FORM, "") == FACTS


def test_every_flipped_bit_of_a_manifest_is_found(manifest):
    content = manifest.read_bytes()
    for place in range(0, 8 * len(content), 5):  # as a sample: every place in a byte, and every byte or its neighbour
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        manifest.write_bytes(changed)
        with pytest.raises(InputError, match=r"made\.json.*Run again"):
            unsealed(manifest, FORM, "Run again")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the file is missing"),
        (b"", "carries no seal"),
        (b'{"sha256": "of something"}', "carries no seal"),
        (sealed_facts(FORM, FACTS)[:-1], "was changed after it was sealed"),
        (sealed_facts(FORM, FACTS) + b"\n", "was changed after it was sealed"),
        (sealed_facts("corridor test 2", FACTS), "'corridor test 2', and this version reads 'corridor test 1'"),
    ],
)
def test_what_is_no_whole_manifest_of_the_format_is_refused(manifest, content, said):
    manifest.unlink()
    if content is not None:
        manifest.write_bytes(content)
    with pytest.raises(InputError, match=f"{said}.*Run again"):
        unsealed(manifest, FORM, "Run again")


def test_a_file_is_checked_against_its_sum(manifest):
    content = manifest.read_bytes()
    assert checked(manifest, sum_of(content), "") == content
    for stated, said in ((sum_of(b""), "not the one that was stored"), (None, "no seal names this file")):
        with pytest.raises(InputError, match=f"{said}.*Import it again"):
            checked(manifest, stated, "Import it again")
    with pytest.raises(InputError, match="cannot be read"):
        checked(manifest.parent, sum_of(content), "")


def test_the_files_of_the_package_are_sealed():
    assert (seals.PACKAGE / seals.SHIPPED).read_bytes() == load_script("seal").manifest(), "run python scripts/seal.py"
    assert {f"scenario/shipped/{name}.toml" for name in shipped_names()} < set(shipped_sums())
    for name in shipped_sums():
        assert shipped(name)


@pytest.mark.parametrize("name", ["areas/register.csv", "areas/groups.csv", seals.SHIPPED])
def test_a_changed_register_is_refused(package, name):
    assert len(read_table("register.csv")) == 237
    shipped_sums.cache_clear()
    (package / name).write_bytes((package / name).read_bytes().replace(b"2", b"3", 1))
    with pytest.raises(InputError, match=f"{name}.*Install Corridor anew"):
        read_table("register.csv"), read_table("groups.csv")
