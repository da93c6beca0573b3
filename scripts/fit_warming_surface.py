"""Fit the surfaces of warming and of temperature, and how areas' warming goes together; prints what the code states.

Run it with `python scripts/fit_warming_surface.py SOURCES ORACLE [docs/explanation/warming.md]`: the folders of source
data and of reference outputs, and the page to write, where it is wanted. It takes some seconds.

Targets, none of which may be redistributed: warming per degree in CMIP6 (mean and standard deviation of 21 models, as
in NICE2020), mean temperatures where people live (Ricke et al. 2018; Burke, Hsiang & Miguel 2015), and temperatures of
countries in 25 CMIP5 models (Ricke et al. 2018).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor import areas
from corridor.areas import groups
from corridor.data.panel import load_panel
from corridor.data.rules import warming_surface as surface

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.axes import Booleans, Floats
    from corridor.data.panel import Panel

WEIGHT = 1 / 3
"""Areas count by this power of their people, so that the surface fits where people live and islands still count."""
CODES_ELSEWHERE = {"ROM": "ROU", "ZAR": "COD"}
LARGE_MISS = 0.25
"""Errors of warming per degree beyond this are named on the page, K per K."""
SPHERE_POINTS = 40_000


@dataclass(frozen=True)
class Fit:
    """A weighted least-squares fit.

    Attributes
    ----------
    coefficients : [regressor]
    known : whether an area has a target: [area]
    target, error : [area], NaN where there is none; the error is the target less the fit without the area
    at : [area, regressor]
    weight : [area]
    """

    coefficients: Floats
    known: Booleans
    target: Floats
    error: Floats
    at: Floats
    weight: Floats

    def without(self, area: int) -> Floats:
        """Return the coefficients of the fit without an area, given by its position."""
        target = self.target.copy()
        target[area] = np.nan
        return fit(self.at, target, self.weight).coefficients

    @property
    def rmse(self) -> float:
        """Root mean square of the leave-one-out errors."""
        return float(np.sqrt(np.nanmean(self.error**2)))

    @property
    def correlation(self) -> float:
        """Correlation of the leave-one-out fit with the target."""
        seen = self.target[self.known]
        return float(np.corrcoef(seen, seen - self.error[self.known])[0, 1])


def fit(at: Floats, target: Floats, weight: Floats) -> Fit:
    """Fit a target [area] to regressors [area, regressor], each area's error being that of the fit without it."""
    known = np.isfinite(target)
    root = np.sqrt(weight[known])
    scaled = at[known] * root[:, None]
    coefficients: Floats = np.linalg.lstsq(scaled, target[known] * root, rcond=None)[0].astype(np.float64)
    leverage = np.einsum("ij,ji->i", scaled, np.linalg.pinv(scaled))
    error = np.full(len(target), np.nan)
    error[known] = (target[known] - at[known] @ coefficients) / (1.0 - leverage)
    return Fit(coefficients, known, target, error, at, weight)


def fits(panel: Panel, sources: Path, oracle: Path) -> dict[str, Fit]:
    """Return the three fits by the name of their coefficients in `corridor.data.rules.warming_surface`."""
    published = of_areas(pd.read_csv(oracle / "climate" / "pattern_scaling_country.csv").set_index("iso3"))
    weight = surface.people(panel) ** WEIGHT
    at = surface.regressors(panel)
    return {
        "WARMING": fit(at, published["cmip6_mean"].to_numpy(), weight),
        "MODEL_SD": fit(at, published["cmip6_sd"].to_numpy(), weight),
        "TEMPERATURE": fit(surface.temperature_regressors(panel), people_temperature(sources, oracle), weight),
    }


def cica() -> list[str]:
    """Return the codes of the members of CICA, alphabetically."""
    return sorted(area.iso3 for area in groups.members("CICA"))


def of_areas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of all areas in their order."""
    return frame.reindex(list(areas.codes()))


def people_temperature(sources: Path, oracle: Path) -> Floats:
    """Return published mean temperatures 1980-2010 where people live, the mean of two: [area], NaN where none is."""
    ricke = pd.read_csv(sources / "climate" / "popweighted_obs_baseline_1980_2010.csv").set_index("iso3")
    burke = pd.read_csv(oracle / "climate" / "bhm2015_country_rcp85_reproduced.csv")
    burke = burke.replace({"iso_bhm": CODES_ELSEWHERE}).set_index("iso_bhm")
    both = pd.concat([of_areas(ricke)["temp_c_1980_2010"], of_areas(burke)["meantemp_1980_2010"]], axis=1)
    return both.mean(axis=1).to_numpy()


def model_correlations(sources: Path, oracle: Path) -> tuple[float, float, float]:
    """Return what 25 CMIP5 models say of warming per degree: correlations of areas apart, alike, and the mean sd.

    Warming is that of 2006-2100 under RCP8.5 over the globe's. The models' global warming is not in the table: the mean
    over the globe of the warming of the nearest country stands for it, on the scale of the CMIP6 means.
    """
    rows = pd.read_parquet(sources / "climate" / "cmip5_popweighted_country_temp_rcp.parquet").query("rcp == 'rcp85'")
    last, first = (
        rows[rows["year"] == year].pivot_table(index="model", columns="iso3", values="temp_c") for year in (2100, 2006)
    )
    warming = last - first
    warming = warming[[code for code in areas.codes() if code in warming]].dropna(axis=1)
    places = [areas.codes().index(code) for code in warming]
    pattern = of_areas(pd.read_csv(oracle / "climate" / "pattern_scaling_country.csv").set_index("iso3"))["cmip6_mean"]
    share = globe_share(places)
    globe = warming.to_numpy() @ share / (share @ pattern.to_numpy()[places])
    slopes = warming.to_numpy() / globe[:, None]
    apart, alike = correlations(slopes, [areas.areas()[place].subregion for place in places])
    return apart, alike, float(slopes.std(axis=0, ddof=1).mean())


def globe_share(places: Sequence[int]) -> Floats:
    """Return the share of the globe that is nearest to each of some areas' label points."""
    turn = np.pi * (3.0 - np.sqrt(5.0)) * np.arange(SPHERE_POINTS)
    height = 1.0 - (2.0 * np.arange(SPHERE_POINTS) + 1.0) / SPHERE_POINTS
    flat = np.sqrt(1.0 - height**2)
    sphere = np.stack([flat * np.cos(turn), flat * np.sin(turn), height], axis=-1)
    chosen = [areas.areas()[place] for place in places]
    east, north = (np.radians([getattr(area, side) for area in chosen]) for side in ("longitude", "latitude"))
    points = np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    return np.bincount((sphere @ points).argmax(axis=1), minlength=len(places)) / SPHERE_POINTS


def correlations(values: Floats, subregions: Sequence[str]) -> tuple[float, float]:
    """Return the mean correlation of pairs of columns in different subregions, and in the same: [row, column]."""
    alike = np.atleast_2d(np.corrcoef(values.T))
    names = np.array(subregions)
    same = names[:, None] == names[None, :]
    pairs = np.triu(np.ones_like(same), 1)
    return float(alike[pairs & ~same].mean()), float(alike[pairs & same].mean())


def error_correlations(found: Fit) -> tuple[float, float]:
    """Return the mean product of the errors of two areas over their variance: in different subregions, in the same."""
    errors = found.error[found.known]
    names = np.array([area.subregion for area in areas.areas()])[found.known]
    product = np.outer(errors, errors) / (errors**2).mean()
    same = names[:, None] == names[None, :]
    pairs = np.triu(np.ones_like(same), 1)
    return float(product[pairs & ~same].mean()), float(product[pairs & same].mean())


def figures(panel: Panel, sources: Path, oracle: Path) -> Iterator[str]:
    """Write out the coefficients that the code states, and how good they are."""
    for name, found in fits(panel, sources, oracle).items():
        members = np.isin(areas.codes(), cica())
        worst = np.nanmax(np.abs(found.error[members]))
        yield f"{name} = np.array({[float(f'{value:.4g}') for value in found.coefficients]})"
        yield (
            f"  areas {found.known.sum()}, leave-one-out correlation {found.correlation:.3f}, rmse {found.rmse:.4f}, "
            f"largest error of a CICA member {worst:.3f}"
        )
        yield "  errors go together: apart {:.2f}, same subregion {:.2f}".format(*error_correlations(found))
    yield "CMIP5 models: correlation apart {:.3f}, same subregion {:.3f}, mean sd {:.3f}".format(
        *model_correlations(sources, oracle)
    )


def page(panel: Panel, sources: Path, oracle: Path) -> str:
    """Return the page about the errors of the surfaces."""
    found = fits(panel, sources, oracle)
    apart, alike, spread = model_correlations(sources, oracle)
    warming, sd, temperature = found["WARMING"], found["MODEL_SD"], found["TEMPERATURE"]
    error_apart, error_alike = error_correlations(warming)
    meta = pd.read_csv(sources / "climate" / "meta_cmip6_popweighted_pattern_scaling.csv").set_index("iso3")
    other_rmse = np.sqrt(np.nanmean((of_areas(meta)["beta"].to_numpy() - warming.target) ** 2))
    raw = surface.normal_temperature(panel)
    raw_rmse = np.sqrt(np.nanmean((temperature.target - raw) ** 2))
    return f"""# How much each country warms, and how warm it is

Corridor may not hold the published tables of warming by country, so it computes warming per degree of global warming
with a surface of its own: latitude, land within 600, 1,500 and 3,000 km, hemisphere, observed warming 1970-2020 and
mean temperature. `scripts/fit_warming_surface.py` fits it and writes this page. `corridor data import warming FILE`
brings a published table to take its place.

| surface | fitted to | areas | correlation | root mean square error |
| --- | --- | --- | --- | --- |
| warming per degree, K per K | mean of 21 CMIP6 models | {quality(warming)} |
| its spread between models, K per K | their standard deviation | {quality(sd)} |
| temperature where people live, C | two tables of 1980-2010 | {quality(temperature)} |

Correlations and errors are those of fits without the area itself. The temperature of the territory, taken as it is,
would miss that of the people by {raw_rmse:.2f} C.

## Errors of warming per degree

Surface less the mean of the models, in the fit without the area. Members of CICA:

{errors_by_member(warming, temperature)}

By subregion:

{errors_by_subregion(warming)}

{large_misses(warming)}

Errors of neighbours go together: their correlation is {error_alike:.2f} in a subregion and {abs(error_apart):.2f}
across. The surface is too low for most of Southern Asia.

## How areas go together

A draw is a climate model, not a country. In 25 CMIP5 models (RCP8.5, 2006-2100) the warming per degree of two areas
correlates {alike:.2f} in a subregion and {apart:.2f} across subregions; its standard deviation is {spread:.3f} K per K
on average. The models' global warming is not in that table: the mean over the globe of the nearest country's warming
stands for it, which takes away what all land has in common against the oceans. The spread of the CMIP6 models about
their own global warming is {np.nanmean(sd.target):.3f}, so little is missing.

## Limits

- The targets are themselves means of models. The table of the META model, also CMIP6 and also by people, differs from
  them by {other_rmse:.2f} K per K (root mean square): more than the surface does.
- No published pattern of precipitation by country was found: precipitation is left as it is.
- One temperature of 1980-2010 stands for all people of an area. In high mountains the surface is some degrees too low
  (Tajikistan), on high plains too high (Mongolia); [replications](../results/replications.md) shows what that does to
  damages.
"""


def quality(found: Fit) -> str:
    """Return the cells of a table that say how good a fit is."""
    return f"{found.known.sum()} | {found.correlation:.2f} | {found.rmse:.3f}"


def errors_by_member(warming: Fit, temperature: Fit) -> str:
    """Return a table of the errors of CICA members, of warming per degree and of temperature."""
    lines = ["| area | warming per degree, K per K | temperature where people live, C |", "| --- | --- | --- |"]
    for code in cica():
        row = areas.codes().index(code)
        miss = -temperature.error[row]
        lines.append(f"| {code} | {-warming.error[row]:+.2f} | {'' if np.isnan(miss) else f'{miss:+.1f}'} |")
    return "\n".join(lines)


def errors_by_subregion(warming: Fit) -> str:
    """Return a table of mean and root mean square errors of subregions."""
    frame = pd.DataFrame({"name": [area.subregion for area in areas.areas()], "miss": -warming.error}).dropna()
    lines = ["| subregion | areas | mean | root mean square |", "| --- | --- | --- | --- |"]
    for name, misses in frame.groupby("name")["miss"]:
        lines.append(f"| {name} | {len(misses)} | {misses.mean():+.2f} | {np.sqrt((misses**2).mean()):.2f} |")
    return "\n".join(lines)


def large_misses(warming: Fit) -> str:
    """Return a sentence that names the areas with the largest errors."""
    far = np.flatnonzero(np.nan_to_num(np.abs(warming.error)) > LARGE_MISS)
    named = sorted(far, key=lambda row: -abs(warming.error[row]))
    listed = ", ".join(f"{areas.areas()[row].short_name} {-warming.error[row]:+.2f}" for row in named)
    return f"Beyond {LARGE_MISS:g}: {listed}."


def main(words: Sequence[str]) -> None:
    """Print the figures; write the page where a third word names it."""
    panel, sources, oracle = load_panel(), Path(words[0]), Path(words[1])
    sys.stdout.writelines(f"{line}\n" for line in figures(panel, sources, oracle))
    if len(words) > 2:
        Path(words[2]).write_text(page(panel, sources, oracle), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
