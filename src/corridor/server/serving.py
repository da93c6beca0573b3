"""The server's life: a socket of this machine, a thread that answers, and an end without anything left."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn

from corridor.errors import InputError, Problem, reason
from corridor.server.app import House, guarded_app
from corridor.server.jobs import Jobs
from corridor.server.keeping import Keeping, cache_folder
from corridor.server.store import RunStore, runs_named
from corridor.server.worlds import BASELINE, Wanted, Worlds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HOST = "127.0.0.1"
LEAVE = 0.5
"""Seconds that answers under way have at the end."""


@dataclass
class Serving:
    """A server that is ready to answer.

    Attributes
    ----------
    address : to open in a browser, with the token
    """

    house: House
    listening: socket.socket
    token: str

    @property
    def port(self) -> int:
        """The port that it listens on."""
        port: int = self.listening.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """The address of the page, with the token."""
        return f"http://{HOST}:{self.port}/?token={self.token}"

    def serve(self) -> None:
        """Answer until the main thread is stopped; then end all jobs."""
        config = uvicorn.Config(
            guarded_app(self.house, self.port, self.token),
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
            limit_concurrency=500,
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [self.listening]}, daemon=True)
        thread.start()
        try:
            self.house.worlds.of(self.house.first)  # begins to find or compute the contents
            thread.join()
        finally:
            server.should_exit = True
            self.house.jobs.end()
            thread.join(LEAVE)


def prepare_server(runs: Sequence[Path], store: Path, port: int, wanted: Wanted) -> Serving:
    """Return a server that listens already.

    Raises
    ------
    InputError : a run is none, or the port is taken
    """
    named = runs_named(runs)
    kept = RunStore(store, named)
    worlds = Worlds(kept, wanted, Keeping(cache_folder()))
    first = next(iter(named), BASELINE)
    return Serving(House(kept, worlds, Jobs(), first), _listen(port), secrets.token_urlsafe(24))


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        why = reason(error) if isinstance(error, OSError) else str(error)
        fault = f"the server cannot listen on this port ({why})"
        raise InputError(Problem(fault, "Leave --port out", column="--port", value=port)) from error
    return listening
