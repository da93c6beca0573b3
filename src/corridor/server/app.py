"""The addresses of the server."""

# FastAPI reads the annotations of its functions when it runs: no import from __future__ here.
import json
import tomllib
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

import corridor
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.errors import InputError, Problem
from corridor.scenario.source import MOST_BYTES
from corridor.server.jobs import Jobs
from corridor.server.limits import MOST_DRAWS, MOST_ROWS
from corridor.server.page import PAGE
from corridor.server.refusals import Refusal, failure, json_response, nothing_here, of_input
from corridor.server.safety import Guard
from corridor.server.store import NAME, RunStore, page_of
from corridor.server.worlds import BASELINE, Worlds


@dataclass
class House:
    """What the addresses work with.

    Attributes
    ----------
    store, worlds, jobs : the runs, their explorers, and what is being computed
    first : name of the run that is shown where the address names none; empty for the baseline
    """

    store: RunStore
    worlds: Worlds
    jobs: Jobs
    first: str = BASELINE

    def name(self, run: str | None) -> str:
        """Return the name of the run that an address means."""
        return self.first if run is None else run


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


Here = Annotated[House, Depends(_house)]
RunName = Annotated[str, Path(max_length=64)]
AskedRun = Annotated[str | None, Query(max_length=64, description="Name of a stored run; without it, the first.")]
Code = Annotated[str | None, Query(pattern=r"^[A-Z]{3}$", description="ISO code of an area.")]
Year = Annotated[int | None, Query(ge=BASE_YEAR, le=LAST_YEAR)]
Page = Annotated[int, Query(ge=1, le=1_000_000)]
Size = Annotated[int, Query(ge=1, le=MOST_ROWS)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ScenarioText(_Asked):
    """A scenario that a page sends."""

    toml: Annotated[str, Field(max_length=MOST_BYTES, description="The text of a scenario file.")]
    run: Annotated[str | None, Field(max_length=64, description="The stored run beside which it is looked at.")] = None


class JobWanted(_Asked):
    """A run that a page asks for."""

    toml: Annotated[str, Field(max_length=MOST_BYTES, description="The text of a scenario file.")]
    name: Annotated[str, Field(pattern=rf"^{NAME.pattern}$", description="Name of the run in the store.")]
    draws: Annotated[int, Field(ge=0, le=MOST_DRAWS)] = 200
    to: Annotated[int, Field(gt=BASE_YEAR, le=LAST_YEAR, description="Last year.")] = 2060


pages = APIRouter()
api = APIRouter(prefix="/api")


@pages.get("/")
def page() -> Response:
    """Return the page."""
    return Response(PAGE, media_type="text/html")


@pages.get("/explorer.js")
def script() -> Response:
    """Return the script of the pages."""
    return Response(_bundle()[0], media_type="text/javascript")


@pages.get("/explorer.css")
def style() -> Response:
    """Return the style sheet of the pages."""
    return Response(_bundle()[1], media_type="text/css")


def _bundle() -> tuple[str, str]:
    from corridor.explorer.page import bundle  # noqa: PLC0415 - the first page does not wait for it

    try:
        return bundle()
    except InputError as error:
        raise of_input(error, 409) from error


@api.get("/contents")
def contents(here: Here, run: AskedRun = None) -> Response:
    """Return the contents of a run's explorer, or 202 and how far they have come."""
    shown = here.worlds.of(here.name(run))
    if shown.contents is None:
        return json_response(shown.progress, 202)
    return Response(shown.contents, media_type="application/octet-stream")


@api.get("/runs")
def runs(here: Here) -> Response:
    """List the runs."""
    found = [here.store.summary(name) for name in here.store.names()]
    return json_response({"first": here.first, "runs": found})


@api.get("/runs/{name}")
def run_summary(here: Here, name: RunName) -> Response:
    """Return what a run answers, and how far it has come."""
    here.store.opened(name)
    return json_response(here.store.summary(name))


@api.get("/runs/{name}/areas")
def area_rows(
    *,
    here: Here,
    name: RunName,
    measure: Annotated[str | None, Query(max_length=20)] = None,
    year: Year = None,
    area: Code = None,
    page: Page = 1,
    size: Size = MOST_ROWS,
) -> Response:
    """Return rows of the measures of areas: persons, with bounds where there are draws."""
    wanted = {"measure": measure, "year": year, "area": area}
    return json_response(page_of(here.store.table(name, "areas.parquet"), wanted, page, size))


@api.get("/runs/{name}/corridors")
def corridor_rows(
    *,
    here: Here,
    name: RunName,
    year: Year = None,
    orig: Code = None,
    dest: Code = None,
    page: Page = 1,
    size: Size = MOST_ROWS,
) -> Response:
    """Return rows of the moves of corridors: persons a year, with bounds where there are draws."""
    wanted = {"year": year, "orig": orig, "dest": dest}
    return json_response(page_of(here.store.table(name, "corridors.parquet"), wanted, page, size))


@api.get("/runs/{name}/scenario.toml")
def scenario_file(here: Here, name: RunName) -> Response:
    """Return the scenario of a run as a file that the command line runs."""
    return Response(here.store.opened(name).scenario, media_type="application/toml")


@api.get("/scenarios")
def scenarios() -> Response:
    """Return the scenarios that come with Corridor, with their files."""
    from corridor.scenario.reference import shipped_titles  # noqa: PLC0415 - only this needs it
    from corridor.seals import shipped  # noqa: PLC0415 - as above

    rows = []
    for name, title, text in shipped_titles():
        toml = shipped(f"scenario/shipped/{name}.toml").decode()
        rows.append({"name": name, "title": title, "description": text, "toml": toml, "fields": tomllib.loads(toml)})
    return json_response({"scenarios": rows})


@api.get("/schema")
def schema() -> Response:
    """Return the JSON Schema of scenario files."""
    from corridor.scenario.reference import schema_text  # noqa: PLC0415 - only this needs it

    return Response(schema_text(), media_type="application/schema+json")


@api.post("/check")
def check(here: Here, asked: ScenarioText) -> Response:
    """Return the digest of a scenario and what is hardly plausible in it; problems are a refusal with their fields."""
    from corridor.server.scenarios import read_scenario, warnings  # noqa: PLC0415 - loads tables

    last = here.worlds.last(here.name(asked.run))
    scenario = read_scenario(asked.toml, last)
    return json_response({"digest": scenario.digest, "title": scenario.title, "warnings": warnings(scenario, last)})


@api.post("/preview")
def preview(here: Here, asked: ScenarioText) -> Response:
    """Return a container with the run of a scenario at the medians."""
    from corridor.server.scenarios import read_scenario  # noqa: PLC0415 - loads tables

    name = here.name(asked.run)
    scenario = read_scenario(asked.toml, here.worlds.last(name))
    return Response(here.worlds.preview(name, scenario), media_type="application/octet-stream")


@api.post("/jobs", status_code=201)
def add_job(here: Here, asked: JobWanted) -> Response:
    """Begin a run with draws."""
    from corridor.server.scenarios import read_scenario  # noqa: PLC0415 - loads tables
    from corridor.stored_runs.question import draws_problem  # noqa: PLC0415 - as above

    if problems := list(draws_problem(asked.draws)):
        raise InputError([Problem(each.fault, each.remedy, column="draws", value=each.value) for each in problems])
    scenario = read_scenario(asked.toml, asked.to)
    folder = here.store.place(asked.name)
    if asked.name in here.store.names():
        kept = here.store.opened(asked.name)
        question = kept.question
        same = (question.scenario.digest, question.draws, question.last) == (scenario.digest, asked.draws, asked.to)
        if not same or kept.finished is not None:
            fault = "there is a run of this name"
            raise Refusal(409, "taken", Problem(fault, "Choose another name", column="name", value=asked.name))
    job = here.jobs.add(asked.name, folder, title=scenario.title, toml=asked.toml, draws=asked.draws, last=asked.to)
    return json_response(job.facts, 201)


@api.get("/jobs")
def jobs(here: Here) -> Response:
    """List the jobs, the latest first."""
    return json_response({"jobs": [job.facts for job in reversed(list(here.jobs.known.values()))]})


@api.get("/jobs/{number}")
def one_job(here: Here, number: Annotated[str, Path(max_length=20)]) -> Response:
    """Return how far a job has come."""
    return json_response(here.jobs.get(number).facts)


@api.delete("/jobs/{number}")
def cancel_job(here: Here, number: Annotated[str, Path(max_length=20)]) -> Response:
    """Cancel a job: its process ends, and `corridor run --resume` or the same job goes on from what it has computed."""
    return json_response(here.jobs.cancel(number).facts)


def build_app(house: House) -> FastAPI:
    """Return the application without its guard."""
    app = FastAPI(
        title="Corridor", version=corridor.__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )
    app.state.house = house
    app.include_router(pages)
    app.include_router(api)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(InputError, _wrong_input)
    app.add_exception_handler(RequestValidationError, _wrong_form)
    app.add_exception_handler(HTTPException, _no_address)
    app.add_exception_handler(Exception, _failed)
    return app


def guarded_app(house: House, port: int, token: str, **limits: float) -> ASGIApp:
    """Return the application behind its guard."""
    return Guard(build_app(house), port, token, **limits)


def _refused(_: Request, refusal: Exception) -> Response:
    return refusal.response() if isinstance(refusal, Refusal) else Response(status_code=500)


def _wrong_input(_: Request, error: Exception) -> Response:
    return of_input(error).response() if isinstance(error, InputError) else Response(status_code=500)


def _failed(_: Request, __: Exception) -> Response:
    """Say that the server failed; its guard writes down how."""
    return failure().response()


def _wrong_form(_: Request, error: Exception) -> Response:
    found: list[Any] = list(error.errors()) if isinstance(error, RequestValidationError) else []
    problems = [_form_problem(each) for each in found]
    return Refusal(422, "input", problems).response()


def _form_problem(found: dict[str, Any]) -> Problem:
    where = [str(step) for step in found["loc"] if step not in {"body", "query", "path"}]
    given = found.get("input")
    if found["type"] == "json_invalid":
        return Problem("the body of the request is not JSON", "Send JSON", value=None)
    if found["type"] == "missing":
        return Problem("the field is missing", "Add it", column=".".join(where) or "body")
    if found["type"] == "extra_forbidden":
        return Problem("there is no such field", "Leave it out", column=".".join(where))
    limits = {name: value for name, value in found.get("ctx", {}).items() if isinstance(value, str | int | float)}
    told = f" ({json.dumps(limits)})" if limits else ""
    fault = f"the value cannot be used: {found['msg'][:1].lower()}{found['msg'][1:]}{told}"
    simple = given if isinstance(given, str | int | float) else None
    return Problem(fault, "Change it", column=".".join(where) or "body", value=simple)


def _no_address(request: Request, error: Exception) -> Response:
    """Say that there is no such address, or that it does not know the method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == 404:
        return nothing_here("there is no such address", "See /api/openapi.json", request.url.path).response()
    if status == 405:
        problem = Problem("the address does not know this method", "See /api/openapi.json", value=request.method)
        return Refusal(405, "method", problem).response(headers)
    problem = Problem("the request cannot be read", "See /api/openapi.json")
    return Refusal(status, "input", problem).response(headers)
