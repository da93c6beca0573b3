"""Seeded data for Poisson models with effects, shared by tests, the benchmark and the script of references."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers


@dataclass(frozen=True)
class Spec:
    """One model: how its data are made, and what is fitted to them."""

    seed: int
    areas: int = 15
    years: int = 4
    effects: tuple[str, ...] = ()
    regressors: tuple[str, ...] = ("distance", "border")
    errors: Literal["hetero", "iid"] = "hetero"
    cluster: tuple[str, ...] = ()
    weighted: bool = False
    offset: bool = False
    scale: float = 1.0
    zeros: float = 0.0
    special: str = ""


@dataclass(frozen=True)
class Data:
    """Rows of a panel of pairs of areas over years; codes from 0 on."""

    y: Floats
    columns: dict[str, Floats]
    codes: dict[str, Integers] = field(default_factory=dict)


SPECS: dict[str, Spec] = {
    "no effects, inverse information": Spec(1, errors="iid"),
    "no effects, sandwich": Spec(2),
    "no effects, clusters": Spec(3, cluster=("orig",)),
    "one effect, inverse information": Spec(4, effects=("orig",), errors="iid"),
    "one effect, sandwich": Spec(5, effects=("orig",)),
    "one effect, its own clusters": Spec(6, effects=("orig",), cluster=("orig",)),
    "one effect, other clusters": Spec(7, effects=("dest",), cluster=("orig",)),
    "two effects, inverse information": Spec(8, effects=("orig", "dest"), errors="iid"),
    "two effects, sandwich": Spec(9, effects=("orig", "dest")),
    "two effects, clusters of pairs": Spec(10, effects=("orig", "dest"), cluster=("pair",)),
    "two effects, two-way clusters": Spec(11, effects=("orig", "dest"), cluster=("orig", "dest")),
    "two effects, two-way clusters of others": Spec(12, effects=("orig", "dest"), cluster=("pair", "year")),
    "three effects, sandwich": Spec(13, effects=("orig", "dest", "year")),
    "gravity panel, pairs": Spec(14, effects=("orig_year", "dest_year", "pair"), regressors=("treaty",)),
    "gravity panel, clusters of pairs": Spec(
        15, effects=("orig_year", "dest_year", "pair"), regressors=("treaty",), cluster=("pair",)
    ),
    "weights": Spec(16, effects=("orig", "dest"), weighted=True),
    "offset and clusters": Spec(17, effects=("orig",), offset=True, cluster=("year", "dest")),
    "many zeros": Spec(18, effects=("orig", "dest"), zeros=0.8),
    "large scale": Spec(19, effects=("orig", "dest"), scale=1e7),
    "small scale": Spec(20, effects=("orig", "dest"), scale=1e-4),
    "a level with only zeros": Spec(21, effects=("orig", "dest"), special="empty level"),
    "a regressor that separates": Spec(
        22, effects=("orig", "dest"), regressors=("distance", "border", "ban"), special="ban"
    ),
    "a collinear regressor": Spec(23, effects=("orig", "year"), regressors=("distance", "ruler", "border")),
    "a cross-section of sixty areas": Spec(24, areas=60, years=1, effects=("orig", "dest"), zeros=0.3),
}


def make(spec: Spec) -> Data:
    """Return the data of a specification, always the same."""
    generator = np.random.default_rng(spec.seed)
    n, years = spec.areas, spec.years
    orig, dest, year = (axis.ravel() for axis in np.meshgrid(range(n), range(n), range(years), indexing="ij"))
    pairs = orig != dest
    orig, dest, year = orig[pairs], dest[pairs], year[pairs]
    points = generator.random((n, 2))
    distance = np.log(0.05 + np.hypot(*(points[orig] - points[dest]).T))
    border = (generator.random((n, n)) < 0.2).astype(float)[orig, dest]
    treaty = (generator.random((n, n, years)) < 0.3).astype(float)[orig, dest, year]
    push, pull = generator.normal(0, 1, (n, years)), generator.normal(0, 1, (n, years))
    log_mean = 2.0 - 1.2 * distance + 0.5 * border + 0.4 * treaty + push[orig, year] + pull[dest, year]
    y = generator.poisson(np.exp(log_mean) * generator.gamma(2.0, 0.5, len(orig))).astype(float)
    y *= generator.random(len(y)) >= spec.zeros
    ban = np.zeros(len(y))
    if spec.special == "empty level":
        y[(orig == 2) | (dest == 3)] = 0.0
    if spec.special == "ban":
        ban = (generator.random(len(y)) < 0.05).astype(float)
        y[ban > 0] = 0.0
    columns = {
        "distance": distance,
        "border": border,
        "treaty": treaty,
        "ruler": 3.0 * distance + 2.0,
        "ban": ban,
        "weight": generator.uniform(0.5, 3.0, len(y)),
        "exposure": generator.normal(0, 0.5, len(y)),
    }
    codes = {
        "orig": orig,
        "dest": dest,
        "year": year,
        "pair": orig * n + dest,
        "orig_year": orig * years + year,
        "dest_year": dest * years + year,
    }
    return Data(spec.scale * y, columns, codes)


def regressors(spec: Spec, data: Data) -> Floats:
    """Return [row, regressor]; without effects a constant comes first."""
    constant = [] if spec.effects else [np.ones(len(data.y))]
    return np.column_stack([*constant, *(data.columns[name] for name in spec.regressors)])
