"""A server with the world to 2027, without a socket: everything but the network is the real thing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi.testclient import TestClient

from corridor.server.app import House, guarded_app
from corridor.server.jobs import Jobs
from corridor.server.keeping import Keeping
from corridor.server.safety import TOKEN
from corridor.server.store import RunStore
from corridor.server.worlds import Wanted, Worlds

if TYPE_CHECKING:
    from pathlib import Path

LAST, PORT, SECRET = 2027, 8000, "a-token-of-these-tests"


@dataclass
class Serving:
    house: House
    client: TestClient
    store: Path

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, body: object) -> Any:
        return self.client.post(path, json=body, headers={TOKEN: SECRET})

    def delete(self, path: str) -> Any:
        return self.client.delete(path, headers={TOKEN: SECRET})

    def contents(self) -> bytes:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            found = self.get("/api/contents")
            if found.status_code == 200:
                return bytes(found.content)
            assert found.status_code == 202
            time.sleep(0.2)
        raise AssertionError("the contents do not come")


def served(folder: Path, **limits: float) -> Serving:
    store = RunStore(folder / "runs")
    worlds = Worlds(store, Wanted("Central Asia", LAST, "blended"), Keeping(folder / "cache"))
    house = House(store, worlds, Jobs())
    app = guarded_app(house, PORT, SECRET, **limits)
    client = TestClient(app, base_url=f"http://127.0.0.1:{PORT}", raise_server_exceptions=False)
    return Serving(house, client, folder / "runs")
