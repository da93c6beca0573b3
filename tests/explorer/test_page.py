"""The single file: whole, closed to the outside, made of the sources that stand in ui/."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from corridor.cli.explorer_command import explorer_command
from corridor.errors import InputError
from corridor.explorer import page
from corridor.explorer.container import pack, unpack
from tests.scripts import load_script

ROOT = Path(__file__).parents[2]
CONTENTS = pack({"title": {"en": "<b>"}}, {})


def test_the_file_holds_the_contents_and_loads_nothing():
    text = page.single_file(CONTENTS, "A & <b>").decode()
    inside = re.search(r'id="contents">([^<]*)</script>', text)
    assert inside is not None
    assert unpack(base64.b64decode(inside[1]))[0]["title"] == {"en": "<b>"}
    assert "<title>A &amp; &lt;b&gt;</title>" in text
    assert "default-src 'none'" in text
    shell = text.replace(page.bundle()[0], "")
    assert not re.search(r'(src|href)="(?!data:)', shell)


def test_a_file_too_large_to_mail_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "MOST_BYTES", 1000)
    with pytest.raises(InputError, match="MB are allowed"):
        page.write_single_file(CONTENTS, "title", tmp_path / "x.html")
    assert not list(tmp_path.iterdir())


def test_the_bundle_is_built_from_the_sources_here():
    stated = json.loads((ROOT / "src/corridor/explorer/bundle/sources.json").read_text())
    assert stated == load_script("bundle").sources(), "run python scripts/bundle.py and scripts/seal.py"


@pytest.mark.skipif(
    shutil.which("npx") is None or not (ROOT / "ui/node_modules").is_dir(), reason="ui/node_modules is not installed"
)
def test_the_sources_give_the_same_bytes_again(tmp_path):
    words = ["npx", "vite", "build", "--logLevel", "error", "--outDir", str(tmp_path), "--emptyOutDir"]
    subprocess.run(words, cwd=ROOT / "ui", check=True, timeout=120)
    for name in ("explorer.js", "explorer.css"):
        assert (tmp_path / name).read_bytes() == (ROOT / "src/corridor/explorer/bundle" / name).read_bytes()


def test_every_problem_of_the_command_is_named(tmp_path):
    words = [str(tmp_path), "--group", "CIKA", "--to", "2200", "-o", str(tmp_path)]
    with pytest.raises(InputError) as report:
        CliRunner().invoke(explorer_command, words, catch_exceptions=False)
    said = str(report.value)
    for part in ("CIKA", "2200", "there is no run here", "this is a folder"):
        assert part in said
