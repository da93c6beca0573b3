"""The channels there are: what scenario files may switch and fix, and what the reference page lists."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.drivers.channel import Channel

CHANNELS: Mapping[str, Channel] = MappingProxyType({})
"""Name of a channel, as scenario files spell it -> the channel; in the order in which they are shown."""
