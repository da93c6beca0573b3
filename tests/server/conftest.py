"""A server in this process, without the world: contents and previews are stand-ins where a test does not need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from corridor.server.app import House, guarded_app
from corridor.server.jobs import Jobs
from corridor.server.keeping import Keeping
from corridor.server.store import RunStore
from corridor.server.worlds import Wanted, Worlds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORT, SECRET = 8000, "the-token"
ADDRESS = f"http://127.0.0.1:{PORT}"
TOKEN = {"X-Corridor-Token": SECRET}


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of runs with one small run, with draws."""
    import corridor

    folder = tmp_path_factory.mktemp("runs")
    corridor.run(to=2027, draws=8, corridors=[("UZB", "KAZ"), ("KAZ", "UZB")], store=folder / "small")
    return folder


@pytest.fixture
def house(store_folder: Path, tmp_path: Path) -> Iterator[House]:
    """Return what the addresses work with; nothing of it is computed yet."""
    store = RunStore(store_folder)
    jobs = Jobs()
    yield House(store, Worlds(store, Wanted("CICA", 2030, "blended"), Keeping(tmp_path / "cache")), jobs)
    jobs.end()


@pytest.fixture
def client(house: House) -> TestClient:
    """Return a browser of this machine that knows the token."""
    return TestClient(guarded_app(house, PORT, SECRET), base_url=ADDRESS, headers=TOKEN, raise_server_exceptions=False)


def problems(answer: Any) -> list[dict[str, Any]]:
    """Return the problems of a refusal, whose form is checked."""
    (error,) = answer.json().values()
    assert set(error) == {"kind", "problems"}
    for problem in error["problems"]:
        assert set(problem) == {"fault", "remedy", "column", "row", "value"}
        assert "Traceback" not in problem["fault"]
    return list(error["problems"])
