"""All channels, in the order in which people read them, and all their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.drivers import ageing, displacement, exposure, immobility, income, network, own, policy, returns
from corridor.drivers.bds_response import BDS
from corridor.drivers.damages import DAMAGES
from corridor.drivers.slow_onset import SLOW_ONSET
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
        DAMAGES,
        SLOW_ONSET,
        displacement.CHANNEL,
        own.CHANNEL,
        BDS,
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
