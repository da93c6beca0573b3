"""What a scenario file may set in corridors beside the levers of `corridor.drivers.levers`: policies."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.drivers.levers import LEVERS, STATUS_WORDS, Destinations, Origins, Start, Text
from corridor.drivers.parameters import Status

LISTS = ("policy", *LEVERS)
"""Sections of which a file may have several, each under its own heading in two pairs of brackets."""
Known = Annotated[Status, Field(description=f"How well the effect is known: {STATUS_WORDS}.", examples=["J"])]


class CorridorTable(BaseModel):
    """A table of a scenario file: its fields are those of the model, of the types it says, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Policy(CorridorTable):
    """A setting of corridors that changes how many move: a visa, a free-movement zone, an entry law."""

    name: Text = Field(description="Name of the policy. Every policy has a name of its own.", examples=["Labour visa"])
    origins: Origins
    destinations: Destinations
    effect: Annotated[float, Field(ge=-3, le=3)] = Field(
        description=(
            "Logarithm of the factor on outward moves when the policy works in full: 0.7 doubles them, -0.7 halves "
            "them."
        ),
        examples=[0.5],
    )
    start: Start
    phase_in: Annotated[int, Field(ge=0, le=50)] = Field(
        default=0, description="Years until the policy works in full. With 0 it does so at once.", examples=[5]
    )
    end: Annotated[int, Field(gt=BASE_YEAR, le=LAST_YEAR)] | None = Field(
        default=None, description="Last calendar year. If you leave it out, the policy has no end.", examples=[2050]
    )
    source: str = Field(
        default="",
        description="Source of the effect. It is required unless the status is J.",
        examples=["our example"],
    )
    status: Known
