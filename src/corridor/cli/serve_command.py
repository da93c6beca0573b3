"""`corridor serve`: the explorer with the program behind it."""

from __future__ import annotations

from pathlib import Path

import click

from corridor.cli.options import YEARS, IntRange, Places, anchor_option
from corridor.cli.printing import say
from corridor.cli.process import say_if_stopped


@click.command("serve", short_help="Open the explorer in a browser, with levers and runs.")
@click.argument("runs", nargs=-1, type=click.Path(path_type=Path), metavar="[RUN]...")
@click.option("--port", type=IntRange(0, 65535), default=0, show_default=True, help="Port; 0 takes a free one.")
@click.option(
    "--store", type=click.Path(path_type=Path), default=Path("runs"), show_default=True,
    help="Folder of runs: those inside are offered, and new ones go there.",
)  # fmt: skip
@click.option("--group", type=Places(), default="CICA", show_default=True, help="The group in first view.")
@click.option("--to", "last", type=YEARS, default=2060, show_default=True, help="Last year, where no RUN is named.")
@anchor_option
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def serve_command(
    runs: tuple[Path, ...], *, port: int, store: Path, group: str, last: int, anchor: str, no_browser: bool
) -> None:
    """Show RUN, or the baseline at the medians, in a browser: pages with levers, previews and runs with draws.

    Only this machine can reach the server, by the address that is printed. Ctrl-C ends it.
    """
    from corridor.server.serving import prepare_server
    from corridor.server.worlds import Wanted, check_wanted

    wanted = Wanted(group, last, anchor)
    check_wanted(wanted)
    serving = prepare_server(runs, store, port, wanted)
    say(f"The explorer is at {serving.address}")
    say("Only this machine can reach it. Ctrl-C ends it.")
    say_if_stopped("The server has ended. Runs that were not finished go on with corridor run --resume.")
    if not no_browser:
        import webbrowser
        from threading import Thread

        Thread(target=webbrowser.open, args=(serving.address,), daemon=True).start()
    serving.serve()
