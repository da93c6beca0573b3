"""Channels for tests of scenario files: a registry of real records, whatever the product's holds."""

from __future__ import annotations

from typing import Any

from corridor.drivers.channel import Channel
from corridor.drivers.levers import Policy
from corridor.drivers.parameters import Beta, Fixed, Normal, Parameter, Uniform

NAMES = ("exposure", "immobility", "damages", "slow_onset", "displacement", "returns", "policy")
"""Channels without parameters here."""


def channel(name: str, *parameters: Parameter) -> Channel:
    return Channel(name, f"Channel {name}", "demography", ("push",), "None.", "None.", "None.", parameters)


def parameter(name: str, prior: Beta | Fixed | Normal | Uniform) -> Parameter:
    return Parameter(name, f"What {name} means", "1", prior, "J", "an example of tests")


CHANNELS = {
    "ageing": channel("ageing", parameter("ageing.elasticity", Uniform(0.0, 1.0))),
    "network": channel(
        "network", parameter("network.strength", Normal(0.4, 0.1)), parameter("network.share", Beta(2.0, 3.0))
    ),
    "income": channel(
        "income", parameter("income.slope", Normal(0.0, 1.0, -0.5, 2.0)), parameter("income.scale", Fixed(1.0))
    ),
    **{name: channel(name) for name in NAMES},
}


def policy_of(
    name: str, origins: tuple[str, ...], destinations: tuple[str, ...], effect: float, start: int, **more: Any
) -> Policy:
    said = {"name": name, "origins": origins, "destinations": destinations, "effect": effect, "start": start}
    return Policy(**{"status": "J", **said, **more})


def paths_of(value, path=()):
    """Walk through the paths of all fields of nested tables and lists."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in entries:
        yield (*path, key)
        yield from paths_of(part, (*path, key))
