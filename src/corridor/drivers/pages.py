"""The page of documentation of a channel, made from its record, so that it says what the code does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.calendar import BASE_YEAR
from corridor.drivers.parameters import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.drivers.channel import Channel
    from corridor.drivers.parameters import Parameter

ACTS_ON = {
    "push": "outward moves of an area's natives, in total (push)",
    "pull": "how strongly a destination attracts (pull)",
    "pair": "how strongly a destination attracts people of one origin (pair)",
    "back": "returns (back)",
}


def channel_page(channel: Channel) -> str:
    """Return a channel's page in Markdown."""
    acts_on = "; ".join(ACTS_ON[effect] for effect in channel.acts_on) or "no flow by itself"
    lines = [
        f"# {channel.title}",
        "",
        f"The channel `{channel.name}` changes {acts_on}. Reports count it under *{channel.block}*.",
        "",
        channel.mechanism,
        "",
        "## Direction",
        "",
        channel.direction,
        "",
        "## Limits",
        "",
        channel.limits,
        "",
        *(_parameters(channel.parameters) if channel.parameters else ["It has no parameters.", ""]),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    yield from ("## Parameters", "")
    yield from ("| parameter | meaning | prior | status | source |", "|---|---|---|---|---|")
    for parameter in parameters:
        unit = "" if parameter.unit == "1" else f" ({parameter.unit})"
        cells = (
            f"`{parameter.name}`",
            parameter.meaning + unit,
            str(parameter.prior),
            parameter.status,
            parameter.source,
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    used = sorted({parameter.status for parameter in parameters})
    yield from ("", "Status: " + "; ".join(f"{letter} {STATUSES[letter]}" for letter in used) + ".")


def index_page(channels: Sequence[Channel]) -> str:
    """Return the page that lists all channels, in Markdown."""
    lines = [
        "# Channels",
        "",
        "A channel is a cause that changes flows, and each has a page, written by `corridor channels --pages FOLDER`.",
        (f"Every log effect is exactly zero in {BASE_YEAR}, the base year. A scenario can switch every channel off."),
        "",
        "| channel | block of causes | changes | parameters |",
        "|---|---|---|---:|",
        *(
            f"| [{channel.title}]({channel.name}.md) | {channel.block} | {', '.join(channel.acts_on) or '-'} "
            f"| {len(channel.parameters)} |"
            for channel in channels
        ),
    ]
    return "\n".join(lines) + "\n"
