"""All channels, in the order in which people read them, those of climate, and all their parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.drivers import damages
from corridor.drivers.channels import (
    ageing,
    bds_response,
    displacement,
    exposure,
    immobility,
    income,
    network,
    own,
    policy,
    returns,
    slow_onset,
)
from corridor.drivers.temperature import TEMPERATURE_PARAMETERS

if TYPE_CHECKING:
    from corridor.drivers.channel import Channel, Settings
    from corridor.drivers.parameters import Parameter

CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        exposure.CHANNEL,
        ageing.CHANNEL,
        income.CHANNEL,
        immobility.CHANNEL,
        damages.CHANNEL,
        slow_onset.CHANNEL,
        displacement.CHANNEL,
        own.CHANNEL,
        bds_response.CHANNEL,
        network.CHANNEL,
        returns.CHANNEL,
        policy.CHANNEL,
    )
}
"""Name -> channel."""
CLIMATE = frozenset(name for name, channel in CHANNELS.items() if channel.block.startswith("climate"))
"""Names of the channels through which climate acts, by income or directly."""
PARAMETERS: tuple[Parameter, ...] = (
    *TEMPERATURE_PARAMETERS,
    *(parameter for channel in CHANNELS.values() for parameter in channel.parameters),
)
TITLES = {parameter.name: parameter.title for parameter in PARAMETERS}
"""Name of a parameter -> what readers see in tables and figures, unique."""


def acting(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels that can change moves under some settings.

    One that changes income does so only where a channel is on through which its block acts.
    """
    on = [channel for name, channel in CHANNELS.items() if name not in settings.off and channel.acts(settings)]
    felt = {block for channel in on if channel.effects is not None for block in channel.blocks}
    return tuple(channel for channel in on if channel.effects is not None or channel.block in felt)


def without_climate(settings: Settings) -> Settings:
    """Return the same settings with every channel of climate off; incomes stay those of the pathway."""
    return replace(settings, off=settings.off | CLIMATE)
