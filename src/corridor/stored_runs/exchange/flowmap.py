"""The two tables that flowmap.blue opens: places (id, name, lat, lon) and flows (origin, dest, count, time)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.areas import areas
from corridor.stored_runs.exchange.made import readme
from corridor.stored_runs.exchange.tables import README, exact_csv

if TYPE_CHECKING:
    from corridor.stored_runs.exchange.content import Content

WORDS = {
    "locations.csv": "the areas, each with a point inside it",
    "flows.csv": "moves in the run at the medians; time is the calendar year",
    "How to open": "paste both tables at https://www.flowmap.blue/in-browser, or put them on the web and open "
    "https://www.flowmap.blue/from-url?locations=ADDRESS&flows=ADDRESS",
}


def files(content: Content) -> dict[str, bytes]:
    """Return the two tables; only areas with a flow are places."""
    import pandas as pd  # noqa: PLC0415 - a wrong request is refused before it is loaded

    flows = content.flows[["orig", "dest", "central", "year"]].set_axis(["origin", "dest", "count", "time"], axis=1)
    used = {*flows["origin"], *flows["dest"]}
    rows = [(area.iso3, area.short_name, area.latitude, area.longitude) for area in areas() if area.iso3 in used]
    locations = pd.DataFrame(rows, columns=["id", "name", "lat", "lon"])
    return {
        "locations.csv": exact_csv(locations),
        "flows.csv": exact_csv(flows),
        README: readme(content, WORDS),
    }
