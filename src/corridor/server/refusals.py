"""One form of all refusals: {"error": {"kind", "problems": [{fault, remedy, column, row, value}]}}."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from corridor.errors import MOST_PROBLEMS_SHOWN, Problem, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from corridor.errors import InputError

LONGEST = 200
"""Characters of a wrong value that an answer repeats."""


class Refusal(Exception):  # noqa: N818 - it reads as what happened
    """The server does not do what a request asks.

    Attributes
    ----------
    status : of HTTP
    kind : a word that programs tell refusals apart by
    problems : what is wrong and what to do
    """

    def __init__(self, status: int, kind: str, problems: Problem | Iterable[Problem]) -> None:
        self.status, self.kind = status, kind
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(kind)

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """Return the answer that says so."""
        shown = [_facts(problem) for problem in self.problems[:MOST_PROBLEMS_SHOWN]]
        return json_response({"error": {"kind": self.kind, "problems": shown}}, self.status, headers)


def of_input(error: InputError, status: int = 422) -> Refusal:
    """Return the refusal of what a user wrote."""
    return Refusal(status, "input", error.problems)


def nothing_here(what: str, remedy: str, value: object = None) -> Refusal:
    """Return the refusal of a name that means nothing."""
    return Refusal(404, "not-found", Problem(what, remedy, value=value))


def failure() -> Refusal:
    """Return the answer to a request at which the server failed."""
    fault = "the server failed; its window shows more"
    return Refusal(500, "fault", Problem(fault, "Report this with what the window shows"))


def json_response(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON in ASCII: texts that are no Unicode go through as escapes."""
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Response(text, status, dict(headers or {}), "application/json")


def _facts(problem: Problem) -> dict[str, Any]:
    return {
        "fault": visible(problem.fault),
        "remedy": visible(problem.remedy),
        "column": None if problem.column is None else visible(problem.column[:LONGEST]),
        "row": problem.row,
        "value": _value(problem.value),
    }


def _value(value: object) -> object:
    match value:
        case None | bool() | int():
            return value if value is None or abs(value) < 2**53 else str(value)[:LONGEST]
        case float() if math.isfinite(value):
            return value
    return visible(str(value)[:LONGEST])
