"""`python -m benchmarks.server_fuzz [CASES]`: requests made up from the description of the server; none may break it.

Needs schemathesis. The server runs in this process, behind its guard, on an empty store, with jobs that only sleep and
previews that are not computed: what is fuzzed is reading and refusing. Prints cases, statuses, and every answer of 500
or more, or of another form than refusals have.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import schemathesis
from schemathesis.core.result import Ok
from starlette.testclient import TestClient

from corridor.server import jobs
from corridor.server.app import House, guarded_app
from corridor.server.jobs import Jobs
from corridor.server.keeping import Keeping
from corridor.server.store import RunStore
from corridor.server.worlds import Wanted, Worlds

PORT, TOKEN = 8000, "token"
CASES = 5000


def fuzzed(cases: int, folder: Path) -> tuple[Counter[int], list[str]]:
    """Return how often each status came, and what was wrong."""
    jobs.command_of = lambda *_: [sys.executable, "-c", "import time; time.sleep(1)"]
    Worlds.preview = lambda *_: b""  # type: ignore[method-assign]  # a second of all processors each
    Worlds.of = lambda self, name: self.store.opened(name) if name else _Nothing()  # type: ignore[assignment,method-assign,return-value]  # as above
    store = RunStore(folder)
    house = House(store, Worlds(store, Wanted("CICA", 2030, "blended"), Keeping(folder / "cache")), Jobs())
    app = guarded_app(house, PORT, TOKEN)
    headers = {"X-Corridor-Token": TOKEN}
    client = TestClient(app, base_url=f"http://127.0.0.1:{PORT}", headers=headers, raise_server_exceptions=False)
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    seen: Counter[int] = Counter()
    wrong: list[str] = []
    for operation in operations:
        _fuzz(operation, max(1, -(-cases // len(operations))), client, seen, wrong)
    house.jobs.end()
    return seen, wrong


class _Nothing:
    contents = b""


def _fuzz(operation: Any, cases: int, client: TestClient, seen: Counter[int], wrong: list[str]) -> None:  # noqa: ANN401 - of a library
    @hypothesis.settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(schemathesis.GenerationMode.NEGATIVE) | operation.as_strategy())
    def once(case: Any) -> None:  # noqa: ANN401 - as above
        asked = case.as_transport_kwargs(base_url=f"http://127.0.0.1:{PORT}")
        answer = client.request(**{key: value for key, value in asked.items() if key != "cookies"})
        seen[answer.status_code] += 1
        if answer.status_code >= 500 or (answer.status_code >= 400 and "error" not in answer.json()):
            wrong.append(f"{case.method} {asked['url']}: {answer.status_code} {answer.text[:200]}")

    once()


def main() -> None:
    """Fuzz, and print what came of it."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        seen, wrong = fuzzed(cases, Path(folder))
    print(f"{seen.total():,} cases in {time.perf_counter() - begun:.0f} s; statuses {dict(sorted(seen.items()))}")
    print("\n".join(wrong[:20]) or "none failed, and every refusal has its form")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
