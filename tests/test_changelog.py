"""Changes are joined into the newest version of the changelog, once, and nothing is lost on the way."""

from __future__ import annotations

import pytest

from tests.scripts import SCRIPTS, load_script

BEFORE = "# Changelog\n\n## 0.2.0 - unreleased\n\n- First.\n\n## 0.1.0\n\n- Oldest.\n"
AFTER = (
    "# Changelog\n\n## 0.2.0 - unreleased\n\n- First.\n- `corridor ledger` shows ranges.\n- Second, in two lines.\n\n"
    "## 0.1.0\n\n- Oldest.\n"
)


@pytest.fixture(scope="module")
def script():
    return load_script("changelog")


@pytest.fixture
def project(tmp_path):
    (tmp_path / "changes").mkdir()
    (tmp_path / "CHANGELOG.md").write_text(BEFORE)
    for name, text in {
        "README": "How to write one.\n",
        "second": "Second,\nin two lines.\n",
        "ledger": "`corridor ledger` shows ranges.\n",
    }.items():
        (tmp_path / "changes" / f"{name}.md").write_text(text)
    return tmp_path


def test_changes_join_the_newest_version_and_their_files_go(script, project):
    assert [path.stem for path in script.collect(project)] == ["ledger", "second"]
    assert (project / "CHANGELOG.md").read_text() == AFTER
    assert [path.name for path in (project / "changes").iterdir()] == ["README.md"]
    assert script.collect(project) == []
    assert (project / "CHANGELOG.md").read_text() == AFTER


def test_a_run_that_was_stopped_can_be_repeated(script, project):
    kept = project / "changes" / "ledger.md"
    text = kept.read_text()
    script.collect(project)
    kept.write_text(text)
    script.collect(project)
    assert (project / "CHANGELOG.md").read_text() == AFTER


@pytest.mark.parametrize("text", ["", " \n", "# A heading\n", "- A list.\n"])
def test_nothing_is_written_where_a_change_is_not_sentences(script, project, text):
    (project / "changes" / "third.md").write_text(text)
    with pytest.raises(ValueError, match=r"third\.md: a change is described in full sentences"):
        script.collect(project)
    assert (project / "CHANGELOG.md").read_text() == BEFORE
    assert len(list((project / "changes").iterdir())) == 4


def test_a_changelog_without_versions_takes_nothing(script):
    with pytest.raises(ValueError, match="no version"):
        script.joined("# Changelog\n", ["- New."])


def test_long_changes_are_wrapped_and_commands_stay_whole(script):
    lines = script.entry_of(f"{'word ' * 30}`corridor data import`-{'x' * 130}").splitlines()
    assert lines[0].startswith("- word")
    assert all(line.startswith("  ") for line in lines[1:])
    assert lines[-1] == f"  import`-{'x' * 130}"


def test_the_changes_of_this_project_can_be_joined(script):
    root = SCRIPTS.parent
    for path in (root / "changes").glob("*.md"):
        assert path.name == "README.md" or script.entry_of(path.read_text())
    assert script.joined((root / "CHANGELOG.md").read_text(), []) == (root / "CHANGELOG.md").read_text()
