"""What stands before every request: only pages of this server on this machine get in, and only within limits.

A page of another site could send requests to a server of this machine, under its own name (Origin, Sec-Fetch-Site) or,
by a name server that answers with 127.0.0.1, under the name of that site (Host). Both are refused. What computes or
changes something needs the token that only the address printed by the command holds.
"""

from __future__ import annotations

import asyncio
import logging
import re
from hmac import compare_digest
from typing import TYPE_CHECKING

from corridor.errors import Problem
from corridor.server.limits import DEEPEST, MOST_BYTES, MOST_SECONDS
from corridor.server.refusals import Refusal, failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "X-Corridor-Token"  # noqa: S105 - the name of a header
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MOST_DRAINED = 10 * MOST_BYTES
"""Bytes of too large a body that are still read and dropped, so that its sender hears why it is refused."""
UNCHANGING = ("GET", "HEAD")
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_LOG = logging.getLogger("corridor.server")


class Guard:
    """Refuses requests from elsewhere and beyond the limits, and gives every answer its headers.

    Parameters
    ----------
    app : that answers the others
    port : of the server
    token : that requests must show which compute or change something
    seconds : that a request may take
    """

    def __init__(self, app: ASGIApp, port: int, token: str, seconds: float = MOST_SECONDS) -> None:
        self.app, self.token, self.seconds = app, token, seconds
        self._late: set[asyncio.Future[None]] = set()
        self.hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        if port == 80:
            self.hosts |= {"127.0.0.1", "localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        try:
            self._demand_friend(scope)
            async with asyncio.timeout(self.seconds):
                body = await _body(scope, receive)
            await self._answer(scope, _again(body, receive), answer)
        except Refusal as refusal:
            await self._say(refusal, scope, receive, answer)
        except TimeoutError:
            fault = f"the answer takes more than {self.seconds:g} seconds"
            remedy = "Ask for less, or try again in a moment"
            await self._say(Refusal(503, "timeout", Problem(fault, remedy)), scope, receive, answer)
        except Exception:  # noqa: BLE001 - whatever fails here must not reach the page, nor end the server
            _LOG.exception("a request failed")
            await self._say(failure(), scope, receive, answer)

    async def _answer(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        """Let the application answer; if it takes too long, its thread goes on, and nobody waits for it."""
        own = _Late(answer)
        task = asyncio.ensure_future(self.app(scope, receive, own))
        finished, _ = await asyncio.wait({task}, timeout=self.seconds)
        if not finished:
            own.closed = True
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            raise TimeoutError
        await task

    @staticmethod
    async def _say(refusal: Refusal, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if not answer.begun:
            await refusal.response()(scope, receive, answer)

    def _demand_friend(self, scope: Scope) -> None:
        """Refuse who comes from elsewhere."""
        said = _headers(scope)
        if said.get("host") not in self.hosts:
            fault = "the request names another host than this server"
            raise Refusal(421, "host", Problem(fault, "Open the address that corridor serve has printed"))
        from_page = said.get("origin")
        site = said.get("sec-fetch-site", "none")
        opened = scope["path"] == "/" and scope["method"] in UNCHANGING and said.get("sec-fetch-mode") == "navigate"
        foreign = from_page is not None and from_page not in {f"http://{host}" for host in self.hosts}
        if foreign or (site not in {"same-origin", "none"} and not opened):
            fault = "the request comes from a page of another site"
            raise Refusal(403, "origin", Problem(fault, "Open the address that corridor serve has printed"))
        if scope["method"] not in UNCHANGING:
            shown = said.get(TOKEN.lower(), "")
            if not compare_digest(shown.encode(errors="replace"), self.token.encode()):
                fault = f"the header {TOKEN} does not hold the token of this server"
                raise Refusal(403, "token", Problem(fault, "Open the address that corridor serve has printed"))


class _Late:
    """Sends an answer on until somebody closes it."""

    def __init__(self, send: Send) -> None:
        self.send, self.closed = send, False

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer on, unless it comes too late."""
        if not self.closed:
            await self.send(message)


class _Answer:
    """Sends an answer on with the headers that all have."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.send, self.begun = send, False
        self.api = scope["path"].startswith("/api")

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer on."""
        if message["type"] == "http.response.start":
            self.begun = True
            added = {**HEADERS, "Cache-Control": "no-store" if self.api else "no-cache"}
            plain = [(name.lower().encode(), value.encode()) for name, value in added.items()]
            message = {**message, "headers": [*message.get("headers", ()), *plain]}
        await self.send(message)


def _headers(scope: Scope) -> Mapping[str, str]:
    """Return the headers by name; of one that is sent twice, both values, so that neither is believed."""
    said: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        said[key] = f"{said[key]}, {text}" if key in said else text
    return said


async def _body(scope: Scope, receive: Receive) -> bytes:
    """Read the body of a request, as far as it is allowed to go."""
    length = _headers(scope).get("content-length", "0")
    fault = f"the request holds more than {MOST_BYTES / 1e6:.0f} MB"
    refusal = Refusal(413, "too-large", Problem(fault, "Send less"))
    if not length.isdecimal() or int(length) > MOST_DRAINED:
        raise refusal
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        part = message.get("body", b"")
        size += len(part)
        more = message.get("more_body", False)
        if size <= MOST_BYTES:
            parts.append(part)
        elif not more or size > MOST_DRAINED:
            raise refusal
    body = b"".join(parts)
    if _depth(body) > DEEPEST:
        fault = f"lists and tables of the request nest more than {DEEPEST} deep"
        raise Refusal(422, "input", Problem(fault, "Write it flat"))
    return body


def _depth(body: bytes) -> int:
    """Return how deep JSON nests; texts in it do not count."""
    depth = deepest = 0
    for mark in re.finditer(rb"[\[\]{}]", _TEXT.sub(b"", body)):
        depth += 1 if mark[0] in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what hands a body on that has been read."""
    given = False

    async def hand() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return hand
