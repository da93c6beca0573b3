"""The structure of data in SDMX: components, their concepts and code lists, as JSON for programs and as a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.areas import areas
from corridor.data.tables.export import as_bytes
from corridor.stored_runs.exchange.measures import MOVES, OF_AREAS, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Mapping

AGENCY, STRUCTURE, VERSION = "CORRIDOR", "MIGRATION", "1.0.0"
STRUCTURE_ID = f"{AGENCY}:{STRUCTURE}({VERSION})"
CONCEPTS = "CS_MIGRATION"
NOT_APPLICABLE, TOTAL = "_Z", "_T"
ANNUAL, FORECAST, PERSONS = "A", "F", "PS"
URN = "urn:sdmx:org.sdmx.infomodel"
SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)


@dataclass(frozen=True, slots=True)
class Component:
    """A column of the data.

    Attributes
    ----------
    name : of the column and of its concept
    role : "dimension", "time", "measure" or "attribute"
    words : a description for readers
    codes : its code list, or the data type of SDMX where it has none
    """

    name: str
    role: str
    words: str
    codes: str

    @property
    def representation(self) -> dict[str, object]:
        """The representation in SDMX-JSON."""
        if self.codes.startswith("CL_"):
            return {"enumeration": f"{URN}.codelist.Codelist={AGENCY}:{self.codes}({VERSION})"}
        return {"format": {"dataType": self.codes}}

    @property
    def facts(self) -> dict[str, object]:
        """The component in SDMX-JSON."""
        concept = f"{URN}.conceptscheme.Concept={AGENCY}:{CONCEPTS}({VERSION}).{self.name}"
        facts: dict[str, object] = {
            "id": self.name,
            "conceptIdentity": concept,
            "localRepresentation": self.representation,
        }
        if self.role == "attribute":
            facts |= {"usage": "mandatory", "attributeRelationship": {"observation": {}}}
        return facts


COMPONENTS = (
    Component("FREQ", "dimension", "Frequency", "CL_FREQ"),
    Component("SCENARIO", "dimension", "Scenario of the run", "CL_SCENARIO"),
    Component("REF_AREA", "dimension", "Area that is described; of a flow, the origin", "CL_AREA"),
    Component("COUNTERPART_AREA", "dimension", "Destination of a flow", "CL_COUNTERPART_AREA"),
    Component("MEASURE", "dimension", "The people or events that are counted", "CL_MEASURE"),
    Component("STATISTIC", "dimension", "Run at the medians, or bound of the draws", "CL_STATISTIC"),
    Component("TIME_PERIOD", "time", "Calendar year; population is that of its 1 January", "ObservationalTimePeriod"),
    Component("OBS_VALUE", "measure", "The figure", "Double"),
    Component("UNIT_MEASURE", "attribute", "Unit of the figure", "CL_UNIT_MEASURE"),
    Component("OBS_STATUS", "attribute", "Status of the figure", "CL_OBS_STATUS"),
)


def codelists(scenarios: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return code list -> code -> name.

    Parameters
    ----------
    scenarios : code -> title of the scenarios in the data
    """
    named = {area.iso3: area.name for area in areas()}
    counted = {measure.sdmx: measure.words for measure in OF_AREAS.values()}
    counted[MOVES.sdmx] += "; with a counterpart area, those who move there"
    return {
        "CL_FREQ": {ANNUAL: "Annual"},
        "CL_SCENARIO": dict(scenarios),
        "CL_AREA": named,
        "CL_COUNTERPART_AREA": {NOT_APPLICABLE: "Not applicable", TOTAL: "All other areas", **named},
        "CL_MEASURE": counted,
        "CL_STATISTIC": {name.upper(): words for name, words in STATISTICS.items()},
        "CL_UNIT_MEASURE": {PERSONS: "Persons"},
        "CL_OBS_STATUS": {FORECAST: "Forecast value"},
    }


def structure(scenarios: Mapping[str, str], prepared: str) -> bytes:
    """Return the structure as SDMX-JSON 2.0.0, which pysdmx and registries read.

    Parameters
    ----------
    scenarios : code -> title of the scenarios in the data
    prepared : time of the message
    """
    lists = [
        _artefact(key, key, codes=[{"id": code, "name": name} for code, name in codes.items()])
        for key, codes in codelists(scenarios).items()
    ]
    concepts = [{"id": part.name, "name": part.words} for part in COMPONENTS]
    target = f"{URN}.datastructure.DataStructure={STRUCTURE_ID}"
    data = {
        "codelists": lists,
        "conceptSchemes": [_artefact(CONCEPTS, "Concepts of migration", concepts=concepts)],
        "dataStructures": [_artefact(STRUCTURE, "Migration", dataStructureComponents=_components())],
        "dataflows": [_artefact(STRUCTURE, "Migration", structure=target)],
    }
    meta = {"id": STRUCTURE, "prepared": prepared, "sender": {"id": AGENCY}, "schema": SCHEMA}
    return as_bytes(json.dumps({"meta": meta, "data": data}, indent=1, ensure_ascii=False) + "\n")


def _artefact(key: str, name: str, **parts: object) -> dict[str, object]:
    return {"agencyID": AGENCY, "id": key, "name": name, "version": VERSION, **parts}


def _components() -> dict[str, object]:
    roles: dict[str, list[dict[str, object]]] = {}
    for part in COMPONENTS:
        roles.setdefault(part.role, []).append(part.facts)
    return {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": roles["dimension"],
            "timeDimension": roles["time"][0],
        },
        "measureList": {"id": "MeasureDescriptor", "measures": roles["measure"]},
        "attributeList": {"id": "AttributeDescriptor", "attributes": roles["attribute"]},
    }


def page() -> str:
    """Return the page of the documentation."""
    parts = [f"| `{part.name}` | {part.role} | {part.words} | `{part.codes}` |" for part in COMPONENTS]
    lines = [*HEAD.splitlines(), *parts, "", *CODES.splitlines()]
    for key, codes in codelists({}).items():
        if key not in SAID:
            rows = [f"| `{code}` | {name} |" for code, name in codes.items()]
            lines += ["", f"### {key}", "", "| code | name |", "| --- | --- |", *rows]
    lines += [line for key, words in SAID.items() for line in ("", f"### {key}", "", words)]
    return "\n".join([*lines, ""])


HEAD = f"""# The structure of data in SDMX

`corridor runs export RUN --format sdmx -o FOLDER` writes `data.csv` in SDMX-CSV 2.0 and its structure,
`structure.json`, in SDMX-JSON 2.0. The data name the dataflow `{STRUCTURE_ID}`.
`python scripts/sdmx_page.py` writes this page from the code.

A row of the data is a figure of one area, or of one flow. A flow has the measure `{MOVES.sdmx}`, its origin as
`REF_AREA` and its destination as `COUNTERPART_AREA`.

## Components

| column | role | meaning | code list or type |
| --- | --- | --- | --- |"""
CODES = "## Code lists"
SAID = {
    "CL_SCENARIO": "The structure of an export has one code: the letter S and the first 16 digits of the digest of the "
    "scenario. Its name\nis the title of the scenario.",
    "CL_AREA": "The ISO 3166-1 alpha-3 codes of the 237 areas. `corridor areas` lists them.",
    "CL_COUNTERPART_AREA": f"The codes of `CL_AREA`, and `{TOTAL}` for all other areas and `{NOT_APPLICABLE}` where a "
    "measure has no counterpart.",
}
"""Code list -> description, of those that the page does not list in full."""
