"""The publishers: who publishes each figure, where, under which licence, and whether a panel may hold it.

`licence_status` is "stated" where the publisher's own statement was read, "to be confirmed" where only a copy of the
data or a second-hand description of its terms was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corridor.calendar import STOCK_REVISION, STOCK_SOURCES, STOCK_TITLE, WPP_REVISION, WPP_SOURCE, WPP_TITLE
from corridor.errors import InputError, Problem, spelling


@dataclass(frozen=True, slots=True)
class Source:
    """One publication.

    Attributes
    ----------
    key : what `Table.source` and the registry of a panel name it by
    publisher, title, revision, address : as the publisher has them
    licence : its terms, in a few words
    licence_status : "stated" or "to be confirmed"
    redistribution : whether a panel may hold its figures; where not, `licence` says why
    citation : how to cite it
    retrieval_note : from where the figures came to us, and with which known differences
    """

    key: str
    publisher: str
    title: str
    revision: str
    address: str
    licence: str
    licence_status: Literal["stated", "to be confirmed"]
    redistribution: bool
    citation: str
    retrieval_note: str


_STATED: Literal["stated"] = "stated"
_OPEN: Literal["to be confirmed"] = "to be confirmed"
_UN = "UN DESA, Population Division"
_UNITED_NATIONS = "United Nations, Department of Economic and Social Affairs, Population Division"
_STOCK_ADDRESS = "https://www.un.org/development/desa/pd/content/international-migrant-stock"

_EMBEDDED = (
    Source(
        key="corridor",
        publisher="The Corridor developers",
        title="Corridor: own results",
        revision="of the panel",
        address="https://pypi.org/project/corridor/",
        licence="Apache-2.0",
        licence_status=_STATED,
        redistribution=True,
        citation="Corridor, estimates computed from the tables of its panel",
        retrieval_note="Computed when the panel is built.",
    ),
    Source(
        key=WPP_SOURCE,
        publisher=_UN,
        title=WPP_TITLE,
        revision=str(WPP_REVISION),
        address="https://population.un.org/wpp/",
        licence="CC BY 3.0 IGO",
        licence_status=_OPEN,
        redistribution=True,
        citation=f"{_UNITED_NATIONS} ({WPP_REVISION}). {WPP_TITLE}.",
        retrieval_note="Public copies of the medium variant: PPgp/wpp2024 (totals on 31 December, events, rates; its "
        "five-year rates are no official UN product) and open-numbers/ddf--gapminder--population (ages on 1 July).",
    ),
    Source(
        key=STOCK_SOURCES[STOCK_REVISION],
        publisher=_UN,
        title=STOCK_TITLE,
        revision=str(STOCK_REVISION),
        address=_STOCK_ADDRESS,
        licence="CC BY 3.0 IGO",
        licence_status=_OPEN,
        redistribution=True,
        citation=f"{_UNITED_NATIONS} ({STOCK_REVISION}). {STOCK_TITLE}.",
        retrieval_note="Public copy: iom/gdidata.",
    ),
    Source(
        key="un_migrant_stock_2020",
        publisher=_UN,
        title="International Migrant Stock 2020",
        revision="2020",
        address=_STOCK_ADDRESS,
        licence="CC BY 3.0 IGO",
        licence_status=_OPEN,
        redistribution=True,
        citation=f"{_UNITED_NATIONS} (2020). International Migrant Stock 2020.",
        retrieval_note="Public copy: iom/gdidata.",
    ),
    Source(
        key="worldbank_wdi",
        publisher="World Bank",
        title="World Development Indicators",
        revision="updates of 2025 and July 2026",
        address="https://databank.worldbank.org/source/world-development-indicators",
        licence="CC BY 4.0",
        licence_status=_OPEN,
        redistribution=True,
        citation="World Bank, World Development Indicators.",
        retrieval_note="Public copies: datasets/world-development-indicators (2026-07-01) and iom/gdidata (2025).",
    ),
    Source(
        key="ssp_2024",
        publisher="International Institute for Applied Systems Analysis",
        title="SSP Scenario Explorer, population and GDP",
        revision="3.x (2024)",
        address="https://ssp.apps.ece.iiasa.ac.at/",
        licence="CC BY 4.0",
        licence_status=_OPEN,
        redistribution=True,
        citation="IIASA, SSP Scenario Explorer, update 2024.",
        retrieval_note="Public copy: bc3LC/rhap, which multiplied GDP by one constant (about .91): growth is exact, "
        "levels are not those published.",
    ),
    Source(
        key="ipcc_ar6",
        publisher="Intergovernmental Panel on Climate Change",
        title="AR6 Working Group I: assessed global surface temperature",
        revision="AR6 (2021)",
        address="https://www.ipcc.ch/report/ar6/wg1/",
        licence="CC BY 4.0",
        licence_status=_OPEN,
        redistribution=True,
        citation="IPCC (2021). Climate Change 2021: The Physical Science Basis, chapters 2 and 4.",
        retrieval_note="Public copy: chrisroadmap/ar6.",
    ),
    Source(
        key="cru_cckp",
        publisher="Climatic Research Unit (University of East Anglia) and World Bank Climate Change Knowledge Portal",
        title="CRU TS country means",
        revision="1901-2022",
        address="https://climateknowledgeportal.worldbank.org/",
        licence="CC BY 4.0 (portal), Open Government Licence (CRU)",
        licence_status=_OPEN,
        redistribution=True,
        citation="Harris et al. (2020), CRU TS v4, Scientific Data 7:109; World Bank Climate Change Knowledge Portal.",
        retrieval_note="Public copy: bc3LC/rhap.",
    ),
    Source(
        key="unhcr",
        publisher="UNHCR, the UN Refugee Agency",
        title="Refugee Data Finder",
        revision="package version 2025.12.1",
        address="https://www.unhcr.org/refugee-statistics",
        licence="CC BY 4.0",
        licence_status=_OPEN,
        redistribution=True,
        citation="UNHCR, Refugee Data Finder.",
        retrieval_note="Public copy: PopulationStatistics/refugees.",
    ),
    Source(
        key="idmc",
        publisher="Internal Displacement Monitoring Centre",
        title="Global Internal Displacement Database",
        revision="2024",
        address="https://www.internal-displacement.org/database/",
        licence="CC BY IGO",
        licence_status=_OPEN,
        redistribution=True,
        citation="IDMC, Global Internal Displacement Database.",
        retrieval_note="Public copy: iom/gdidata.",
    ),
    Source(
        key="iom_missing_migrants",
        publisher="International Organization for Migration",
        title="Missing Migrants Project",
        revision="2014-2025",
        address="https://missingmigrants.iom.int/",
        licence="CC BY 4.0",
        licence_status=_OPEN,
        redistribution=True,
        citation="IOM, Missing Migrants Project.",
        retrieval_note="Public copy: iom/gdidata.",
    ),
    Source(
        key="frontex",
        publisher="Frontex, European Border and Coast Guard Agency",
        title="Detections of illegal border-crossings",
        revision="January 2009 to April 2025",
        address="https://www.frontex.europa.eu/what-we-do/monitoring-and-risk-analysis/migratory-map/",
        licence="Reuse with acknowledgement",
        licence_status=_OPEN,
        redistribution=True,
        citation="Frontex, monthly detections of illegal border-crossings.",
        retrieval_note="Public copy: iom/gdidata.",
    ),
    Source(
        key="us_cbp",
        publisher="U.S. Customs and Border Protection",
        title="Southwest land border encounters",
        revision="October 2017 to May 2025",
        address="https://www.cbp.gov/newsroom/stats/southwest-land-border-encounters",
        licence="Public domain (work of the US government)",
        licence_status=_OPEN,
        redistribution=True,
        citation="U.S. Customs and Border Protection, Southwest Land Border Encounters.",
        retrieval_note="Public copy: iom/gdidata.",
    ),
    Source(
        key="passport_index",
        publisher="Passport Index",
        title="Passport Index dataset",
        revision="snapshots 2019-11-23 to 2025-01-12",
        address="https://github.com/ilyankou/passport-index-dataset",
        licence="MIT",
        licence_status=_STATED,
        redistribution=True,
        citation="Passport Index (passportindex.org), dataset by I. Ilyankou.",
        retrieval_note="The dataset's own repository.",
    ),
    Source(
        key="natural_earth",
        publisher="Natural Earth",
        title="Admin 0 countries, 1:110m and 1:50m",
        revision="as copied",
        address="https://www.naturalearthdata.com/",
        licence="Public domain",
        licence_status=_STATED,
        redistribution=True,
        citation="Made with Natural Earth.",
        retrieval_note="Public copy: martynafford/natural-earth-geojson.",
    ),
)


def _never(*, key: str, publisher: str, title: str, revision: str, address: str, reason: str, citation: str) -> Source:
    return Source(
        key=key,
        publisher=publisher,
        title=title,
        revision=revision,
        address=address,
        licence=reason,
        licence_status=_OPEN,
        redistribution=False,
        citation=citation,
        retrieval_note="Read in place by tests and evaluation; users bring it with `corridor data import`.",
    )


_NEVER_EMBEDDED = (
    _never(
        key="meta",
        publisher="META model authors",
        title="META: pattern scaling of national temperature",
        revision="2021",
        address="https://github.com/openmodels/META",
        reason="GPL-3",
        citation="Dietz, Rising, Stoerk, Wagner (2021), PNAS 118(34).",
    ),
    _never(
        key="nice2020",
        publisher="NICE2020 model authors",
        title="NICE2020: pattern scaling of national temperature",
        revision="2020",
        address="https://github.com/Environment-Research/NICE",
        reason="no licence that was read allows it",
        citation="Young-Brun et al., NICE2020.",
    ),
    _never(
        key="ricke_2018",
        publisher="Ricke, Drouet, Caldeira, Tavoni",
        title="Country-level social cost of carbon: CMIP5 national temperature",
        revision="2018",
        address="https://github.com/country-level-scc/cscc-paper-2018",
        reason="no licence file",
        citation="Ricke et al. (2018), Nature Climate Change 8:895.",
    ),
    _never(
        key="fdm_schedules",
        publisher="Sevcikova et al., bayesPop",
        title="Flow-difference schedules and parameters of net migration by age",
        revision="2024",
        address="https://arxiv.org/abs/2411.09878",
        reason="GPL-3",
        citation="Sevcikova et al. (2024), arXiv:2411.09878.",
    ),
    _never(
        key="gaskin_abel",
        publisher="Gaskin and Abel",
        title="Deep learning four decades of human migration",
        revision="2025",
        address="https://arxiv.org/abs/2506.22821",
        reason="GPL-3",
        citation="Gaskin, Abel (2025), arXiv:2506.22821.",
    ),
    _never(
        key="abel_cohen",
        publisher="Abel and Cohen",
        title="Bilateral international migration flow estimates",
        revision="2019, 2022",
        address="https://doi.org/10.6084/m9.figshare.7731233",
        reason="said to be CC BY 4.0, not confirmed; a comparison, not an input",
        citation="Abel, Cohen (2019), Scientific Data 6:82; (2022) 9:173.",
    ),
    _never(
        key="oecd",
        publisher="OECD",
        title="International Migration Database",
        revision="2000-2021",
        address="https://data-explorer.oecd.org",
        reason="terms of reuse unclear for the years taken",
        citation="OECD, International Migration Database.",
    ),
    _never(
        key="eurostat",
        publisher="Eurostat",
        title="Immigration by country of previous residence; asylum applicants",
        revision="2000-2024",
        address="https://ec.europa.eu/eurostat",
        reason="the copies at hand are reworked by third parties whose terms are unclear",
        citation="Eurostat, migr_imm5prv and migr_asyappctza.",
    ),
    _never(
        key="demig",
        publisher="International Migration Institute",
        title="DEMIG VISA",
        revision="1.4",
        address="https://www.migrationinstitute.org/data/demig-data",
        reason="redistribution is not granted, citation is asked for",
        citation="DEMIG (2015), DEMIG VISA, version 1.4.",
    ),
    _never(
        key="cepii",
        publisher="CEPII",
        title="GeoDist",
        revision="2011",
        address="http://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=6",
        reason="said to be Etalab open licence 2.0, not confirmed",
        citation="Mayer, Zignago (2011), CEPII Working Paper 2011-25.",
    ),
    _never(
        key="knomad",
        publisher="World Bank/KNOMAD",
        title="Bilateral migrant stocks and remittances",
        revision="2017",
        address="https://www.knomad.org/data",
        reason="terms unclear",
        citation="World Bank/KNOMAD (2018), bilateral matrices 2017.",
    ),
)

SOURCES: dict[str, Source] = {entry.key: entry for entry in (*_EMBEDDED, *_NEVER_EMBEDDED)}
"""All publications by key, those of the panel first."""


def source(key: str) -> Source:
    """Return a publication; an unknown key raises `InputError` with the nearest ones."""
    if key not in SOURCES:
        raise InputError(Problem("the catalogue has no such source", spelling(key, tuple(SOURCES)), value=key))
    return SOURCES[key]
