"""Base windows: whose rates of moving the base flows carry on, one row a window.

A new window is one more row of `WINDOWS`; commands, reports and `base_flows` ask the row.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BaseWindow:
    """Past years whose rates go on.

    Attributes
    ----------
    name : as users write it
    starts : first years of the periods that are averaged as moves per person-year
    method : what the base is, in sentences
    changed : whether the rates change as the corridor model expects after the last period
    """

    name: str
    starts: tuple[int, ...]
    method: str
    changed: bool = False


def _mean(name: str, *starts: int) -> BaseWindow:
    return BaseWindow(name, starts, f"The base is the moves per person-year of {name}.")


_ROWS = (
    BaseWindow(
        "2020-2024",
        (2020,),
        "The base is the moves per person-year of 2020-2024. For 2020 and 2021, when borders were closed, and for "
        "2022, when moves caught up, it takes the mean of 2019 to 2022. Of all bases tried, this one had the smallest "
        "errors on past periods.",
    ),
    _mean("2010-2024", 2010, 2015, 2020),
    _mean("2010-2020", 2010, 2015),
    _mean("2015-2024", 2015, 2020),
    BaseWindow(
        "model",
        (2020,),
        "The base is the moves per person-year of 2020-2024, changed in the way such moves changed in the past: people "
        "who fled or came to work go home, places that filled fast fill more slowly, and net migration returns to its "
        "level of the last twenty years (the corridor model, estimated from the flows of 1990-2024).",
        changed=True,
    ),
)
WINDOWS = {window.name: window for window in _ROWS}
"""Name -> window."""
DEFAULT_WINDOW = "2020-2024"
