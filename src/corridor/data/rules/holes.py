"""The rules for holes in the data: who is missing in a publication, and by whose figures they are carried.

`RULES` is what `corridor data rules` lists; every table that a rule touched carries the rule as a note. The figures a
rule gives are our judgement and never published ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import LAST_PERIOD, LAST_STOCK, OLDER_STOCK_REVISION, STOCK_REVISION, UN_PROJECTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats

HOLY_SEE, ITALY = "VAT", "ITA"
BONAIRE, CURACAO = "BES", "CUW"
UNKNOWN_ORIGIN = "OOO"
CHANNEL_ISLANDS = "XCX"

BIRTHPLACE_SHARED: Mapping[str, tuple[str, ...]] = {
    CHANNEL_ISLANDS: ("JEY", "GGY"),
    "SRB": ("SRB", "XKX"),
    "GLP": ("GLP", "BLM", "MAF"),
}
"""Birthplace as published -> the areas whose people it counts, by population (J)."""
RESIDENCE_LIKE: Mapping[str, str] = {"XKX": "ALB", "BLM": "GLP", "MAF": "GLP"}
"""Residence without a published stock -> the area whose foreign-born per head it is given (J)."""
NATIVES_ABROAD: Mapping[str, str] = {HOLY_SEE: ITALY, BONAIRE: CURACAO}
"""Residence all of whose foreign-born are of unknown origin -> the area whose population's birthplaces they get (J)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one hole is filled.

    Attributes
    ----------
    id : short name
    tables : tables of the panel it touches
    areas : areas it touches, empty for any
    does, why : one sentence each
    status : "J" our judgement, "P" arithmetic on published figures
    """

    id: str
    tables: tuple[str, ...]
    areas: tuple[str, ...]
    does: str
    why: str
    status: str

    def note(self) -> str:
        """Return the rule as a note of a table."""
        where = f" for {', '.join(self.areas)}" if self.areas else ""
        return f"Rule {self.id} ({self.status}){where}: {self.does}"


_RATES = (
    "mortality_rate",
    "total_fertility",
    "total_fertility_bounds",
    "fertility_pattern",
    "sex_ratio_at_birth",
    "life_expectancy",
    "life_expectancy_bounds",
)

INCOME_BY_SUBREGION = Rule(
    "income-by-subregion",
    ("income",),
    (),
    "If a pathway has no product for an area, the area gets its subregion's product per head. This is multiplied by "
    "the area's ratio to the subregion in the World Bank's last figure, or by 1 if the World Bank has none either.",
    "The pathways give no income for Afghanistan, Palestine, Syria, Venezuela and many small areas.",
    "J",
)
NEAREST_CLIMATE = Rule(
    "nearest-climate",
    ("climate",),
    (),
    "An area without an observed series gets the series of the nearest area that has one, by distance between label "
    "points.",
    "The observations leave out Taiwan, Hong Kong, Macao and some small areas.",
    "J",
)
WARMING_AFTER_2091 = Rule(
    "warming-after-2091",
    ("global_warming",),
    (),
    "After 2091 each estimate continues with its mean slope of the last ten assessed years. The column `basis` marks "
    "such years as continued.",
    "The last assessed twenty-year mean is centred on 2091.",
    "J",
)

RULES: tuple[Rule, ...] = (
    INCOME_BY_SUBREGION,
    NEAREST_CLIMATE,
    WARMING_AFTER_2091,
    Rule(
        "holy-see-rates",
        _RATES,
        (HOLY_SEE,),
        "The Holy See gets Italy's rates.",
        "For the Holy See the source gives only its population by age. Italy surrounds it.",
        "J",
    ),
    Rule(
        "holy-see-events",
        ("births_deaths",),
        (HOLY_SEE,),
        "The Holy See gets Italy's births and deaths per head, in whole persons.",
        "The source gives none.",
        "J",
    ),
    Rule(
        "holy-see-balance",
        ("net_migration", "net_migration_history", "population_january_total"),
        (HOLY_SEE,),
        "The population of the Holy See on 1 January is the mean of the two neighbouring 1 Julys; after the last 1 "
        "July the last change is continued. Its net migration is the part of the change that births and deaths do not "
        "explain, so its population stays as published.",
        "The source gives its population only on 1 July.",
        "J",
    ),
    Rule(
        "holy-see-ages",
        ("net_migration_age",),
        (HOLY_SEE,),
        "The net migration of the Holy See has the sexes and ages of its population, in whole persons.",
        "The source gives no net migration by age.",
        "J",
    ),
    Rule(
        "holy-see-bounds",
        ("population_bounds", "net_migration_bounds"),
        (HOLY_SEE,),
        "The bounds of the Holy See's population have the same ratio to it as Italy's. The bounds of its net "
        "migration are as far from it per head as Italy's.",
        "The source gives none.",
        "J",
    ),
    Rule(
        "bonaire-ages",
        ("population_july", "population_july_single", "population_total_july", "women_july"),
        (BONAIRE,),
        f"Bonaire's totals are those of 31 December {UN_PROJECTED}, taken back by the published yearly changes with "
        "the sex ratio of that date. They get Curacao's ages, in whole persons.",
        "The source gives Bonaire's totals and no ages. Curacao is the neighbour most like it.",
        "J",
    ),
    Rule(
        "unknown-origin",
        ("migrant_stock",),
        (),
        f"People of unknown origin are first given to the pairs that the {OLDER_STOCK_REVISION} revision has and the "
        f"{STOCK_REVISION} revision lacks, up to their figures of {OLDER_STOCK_REVISION} (for {LAST_STOCK}, those of "
        f"the year {LAST_PERIOD}). The rest is divided in proportion to the known origins.",
        f"The {STOCK_REVISION} revision lists fewer origins than the {OLDER_STOCK_REVISION} revision and counts the "
        "rest as unknown.",
        "J",
    ),
    Rule(
        "no-known-origin",
        ("migrant_stock",),
        ("SSD", *NATIVES_ABROAD),
        "South Sudan before 2010 gets its own origins of 2010. The migrants of the Holy See and of Bonaire get the "
        "birthplaces of the whole populations of Italy and Curacao.",
        "All migrants of these areas are of unknown origin, so they cannot be divided in proportion to known ones.",
        "J",
    ),
    Rule(
        "channel-islands",
        ("migrant_stock",),
        BIRTHPLACE_SHARED[CHANNEL_ISLANDS],
        "The Channel Islands' stocks are divided between Jersey and Guernsey by population.",
        "The migrant stock counts the two islands as one area.",
        "J",
    ),
    Rule(
        "shared-birthplace",
        ("migrant_stock",),
        ("XKX", "BLM", "MAF"),
        "People born in Serbia are divided between Serbia and Kosovo, and those born in Guadeloupe between Guadeloupe, "
        "Saint Barthelemy and Saint Martin, by population.",
        "The migrant stock has no such birthplaces, and its columns must keep their totals.",
        "J",
    ),
    Rule(
        "no-published-stock",
        ("migrant_stock",),
        tuple(RESIDENCE_LIKE),
        "Kosovo gets as many migrants of each origin per head as Albania, because Serbia's are mostly refugees of "
        "the wars in Croatia and Bosnia. Saint Barthelemy and Saint Martin get as many as Guadeloupe.",
        "The migrant stock does not list these areas as residences.",
        "J",
    ),
    Rule(
        "more-foreign-born-than-people",
        ("migrant_stock",),
        (BONAIRE,),
        "Where the migrants exceed the population of the date, `stock_on_1_july` scales them down to it.",
        "The migrant stock counts all of Bonaire's population as migrants.",
        "J",
    ),
)


def notes(table: str) -> tuple[str, ...]:
    """Return the rules that touched a table, as its notes."""
    return tuple(rule.note() for rule in RULES if table in rule.tables)


def whole_persons(values: Floats, axes: int = 1) -> Floats:
    """Round to whole persons so that the sums over the last `axes` axes stay right to half a person."""
    flat = values.reshape(*values.shape[: values.ndim - axes], -1)
    rounded = np.diff(np.rint(np.cumsum(flat, axis=-1)), axis=-1, prepend=0.0)
    return rounded.reshape(values.shape)


def shared_birthplaces(stock: Floats, published: Sequence[str], codes: Sequence[str], population: Floats) -> Floats:
    """Divide the birthplaces of `BIRTHPLACE_SHARED` and place every row in the order of the register.

    Parameters
    ----------
    stock : persons [..., birthplace as published, residence]
    published, codes : birthplaces as published, and of the result
    population : persons [..., area of `codes`], the leading axes those of `stock`

    Returns
    -------
    persons [..., birthplace of `codes`, residence], with the same sums over birthplaces
    """
    result = np.zeros((*stock.shape[:-2], len(codes), stock.shape[-1]))
    position = {code: at for at, code in enumerate(codes)}
    for row, birthplace in enumerate(published):
        shares = [position[code] for code in BIRTHPLACE_SHARED.get(birthplace, (birthplace,))]
        part = population[..., shares] / population[..., shares].sum(axis=-1, keepdims=True)
        result[..., shares, :] += part[..., None] * stock[..., row, None, :]
    return result
