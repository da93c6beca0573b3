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
    from collections.abc import Mapping

    from corridor.drivers.channel import Channel, Settings
    from corridor.drivers.parameters import Parameter

CHANNELS: Mapping[str, Channel] = {
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


def without_climate(settings: Settings) -> Settings:
    """Return the same settings with every channel of climate off; incomes stay those of the pathway."""
    return replace(settings, off=settings.off | CLIMATE)
