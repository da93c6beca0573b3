"""`corridor channels`: the causes that change flows, their parameters, and how well each parameter is known."""

from __future__ import annotations

from pathlib import Path

import click

from corridor.cli.options import claim
from corridor.cli.printing import say


@click.command("channels", short_help="List the causes that change flows, with parameters and sources.")
@click.argument("name", required=False)
@click.option("--pages", type=click.Path(path_type=Path), help="Write the page of every channel into this folder.")
def channels_command(name: str | None, pages: Path | None) -> None:
    """List the channels (the causes that change flows), or print the page of the channel NAME."""
    from corridor.data.files import new_folder, write_whole
    from corridor.drivers.pages import channel_page, index_page
    from corridor.drivers.registry import CHANNELS
    from corridor.errors import InputError, Problem, spelling

    if name is not None and name not in CHANNELS:
        raise InputError(Problem("there is no such channel", spelling(name, list(CHANNELS)), value=name))
    if pages is not None:
        claim(pages)
        with new_folder(pages, replaced=lambda _: False) as fresh:
            for channel in CHANNELS.values():
                write_whole(fresh / f"{channel.name}.md", channel_page(channel).encode())
            write_whole(fresh / "README.md", index_page(list(CHANNELS.values())).encode())
        say(f"{len(CHANNELS)} pages are in {pages}")
    elif name is not None:
        say(channel_page(CHANNELS[name]))
    else:
        width = max(len(known) for known in CHANNELS)
        for channel in CHANNELS.values():
            say(f"{channel.name:<{width}}  {channel.title} ({channel.block})")
