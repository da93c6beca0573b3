"""The contents of explorers, found or computed beside the requests, and their worlds in memory for previews."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock, Thread
from typing import TYPE_CHECKING, Any

from corridor.errors import InputError, Problem, spelling
from corridor.server.keeping import Keeping, digest_of
from corridor.server.limits import MOST_PREVIEWS, MOST_WORLDS
from corridor.server.refusals import Refusal
from corridor.server.store import FINISHED, RUN

if TYPE_CHECKING:
    from corridor.explorer.contents import Asked, Prepared
    from corridor.scenario.effective import EffectiveScenario
    from corridor.server.store import RunStore

_LOG = logging.getLogger("corridor.server")
BASELINE = ""
"""Name of the world without a stored run."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command says of worlds without a stored run, and of all.

    Attributes
    ----------
    group : in first view
    last, anchor : of the baseline
    """

    group: str
    last: int
    anchor: str

    def of(self, name: str, store: RunStore) -> Asked:
        """Return what the explorer of a run shows, with all shipped scenarios beside it."""
        from corridor.explorer.contents import asked_of, asked_of_run  # noqa: PLC0415 - loads the engine
        from corridor.explorer.exercises import load_exercises  # noqa: PLC0415 - as above
        from corridor.scenario.source import shipped_names  # noqa: PLC0415 - as above

        shared: dict[str, Any] = {
            "beside": [shipped for shipped in shipped_names() if shipped != "baseline"],
            "exercises": load_exercises(),
        }
        if name == BASELINE:
            return asked_of(self.group, self.last, "corridor serve", anchor=self.anchor, **shared)
        stored = store.opened(name)
        _ = stored.sums  # refuses a run that is not finished
        return asked_of_run(stored, self.group, f"corridor serve {name}", **shared)


@dataclass
class Shown:
    """The explorer of one run.

    Attributes
    ----------
    contents : the container, once it is there
    done, of : runs of the world that are computed, and that it takes
    fault : why there is none
    """

    name: str
    store: RunStore
    wanted: Wanted
    keeping: Keeping
    contents: bytes | None = None
    done: int = 0
    of: int = 0
    fault: Refusal | None = None
    _prepared: Prepared | None = None
    _lock: Lock = field(default_factory=Lock)

    def begin(self) -> None:
        """Find or compute the contents beside the requests, and then load the world for previews."""
        Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        try:
            digest = digest_of(self._words(), self._files())
            self.contents = self.keeping.find(digest)
            prepared = self.prepared()
            if self.contents is None:
                from corridor.explorer.contents import contents_of  # noqa: PLC0415 - loads the engine

                self.contents = contents_of(prepared, progress=self._count)
                self.keeping.keep(digest, self.contents)
        except Refusal as refusal:
            self.fault = refusal
        except InputError as error:
            self.fault = Refusal(409, "input", error.problems)
        except Exception:  # noqa: BLE001 - whatever fails here must reach the page as an answer
            _LOG.exception("the contents cannot be computed")
            problem = Problem("the contents cannot be computed; the server's window shows more", "Report this")
            self.fault = Refusal(500, "fault", problem)

    def _count(self, more: int) -> None:
        self.done += more

    def _words(self) -> list[str]:
        wanted = self.wanted
        return [self.name, wanted.group, *([] if self.name else [str(wanted.last), wanted.anchor])]

    def _files(self) -> list[Any]:
        place = self.store.place(self.name) if self.name else None
        return [] if place is None else [place / RUN, place / FINISHED]

    def prepared(self) -> Prepared:
        """Return the world in memory; the first to ask waits until it is loaded."""
        with self._lock:
            if self._prepared is None:
                from corridor.explorer.contents import prepare, runs_of  # noqa: PLC0415 - loads the engine

                asked = self.wanted.of(self.name, self.store)
                self.of = runs_of(asked) + 1
                self._prepared = prepare(asked)
                self.done += 1
            return self._prepared

    @property
    def progress(self) -> dict[str, Any]:
        """How far the contents have come."""
        return {"state": "computing", "done": self.done, "of": self.of}


@dataclass
class Worlds:
    """The explorers of all runs that somebody looks at."""

    store: RunStore
    wanted: Wanted
    keeping: Keeping
    _shown: OrderedDict[str, Shown] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _previews: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(MOST_PREVIEWS))
    _one: Lock = field(default_factory=Lock)

    def of(self, name: str) -> Shown:
        """Return the explorer of a run; one that nobody has asked for yet begins now.

        Raises
        ------
        Refusal : there is no such run, or its contents cannot be computed
        """
        if name != BASELINE:
            self.store.opened(name)
        with self._lock:
            shown = self._shown.get(name)
            if shown is None:
                shown = self._shown[name] = Shown(name, self.store, self.wanted, self.keeping)
                shown.begin()
            self._shown.move_to_end(name)
            while len(self._shown) > MOST_WORLDS:
                self._shown.popitem(last=False)
        if shown.fault is not None:
            with self._lock:
                self._shown.pop(name, None)  # the next request tries again
            raise shown.fault
        return shown

    def last(self, name: str) -> int:
        """Return the last year of a run's explorer."""
        return self.wanted.last if name == BASELINE else self.store.opened(name).question.last

    def preview(self, name: str, scenario: EffectiveScenario) -> bytes:
        """Return a container with the run of a scenario at the medians, as differences from the baseline.

        Raises
        ------
        Refusal : too many wait already
        """
        from corridor.explorer.contents import Titled  # noqa: PLC0415 - loads the engine

        if not self._previews.acquire(blocking=False):
            fault = "too many previews are being computed"
            raise Refusal(429, "busy", Problem(fault, "Try again in a moment"))
        try:
            prepared = self.of(name).prepared()
            title, description = ({"en": words, "ru": words} for words in (scenario.title, scenario.description))
            with self._one:
                return prepared.preview(Titled("preview", title, description, scenario))
        finally:
            self._previews.release()


def check_wanted(wanted: Wanted) -> None:
    """Refuse what is no group, year or anchor.

    Raises
    ------
    InputError : with every problem
    """
    from corridor.areas import group_names  # noqa: PLC0415 - the address is printed before the areas are loaded
    from corridor.drivers.anchors import ANCHORS  # noqa: PLC0415 - as above
    from corridor.reports.request import choice_problem, year_problem  # noqa: PLC0415 - as above

    problems = [*year_problem("--to", wanted.last), *choice_problem("--anchor", wanted.anchor, tuple(ANCHORS))]
    if wanted.group not in group_names():
        remedy = f"Name a group, such as CICA. {spelling(wanted.group, list(group_names()))}"
        problems.append(Problem("Corridor knows no group of this name", remedy, column="--group", value=wanted.group))
    if problems:
        raise InputError(problems)
