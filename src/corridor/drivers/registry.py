"""All channels, in the order in which people read them, and all their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.drivers import (
    ageing,
    bds_response,
    damages,
    displacement,
    exposure,
    immobility,
    income,
    network,
    policy,
    returns,
    slow_onset,
)
from corridor.drivers.temperature import TEMPERATURE_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.drivers.channel import Channel
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
        bds_response.CHANNEL,
        network.CHANNEL,
        returns.CHANNEL,
        policy.CHANNEL,
    )
}
"""Name -> channel."""
PARAMETERS: tuple[Parameter, ...] = (
    *TEMPERATURE_PARAMETERS,
    *(parameter for channel in CHANNELS.values() for parameter in channel.parameters),
)
