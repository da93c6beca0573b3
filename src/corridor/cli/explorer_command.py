"""`corridor explorer`: a run in one file that opens by a double click."""

from __future__ import annotations

from pathlib import Path

import click

from corridor.cli.options import YEARS, Places, anchor_option
from corridor.cli.printing import progress_bar, say


@click.command("explorer", short_help="Write a run as one file to look at, offline.")
@click.argument("run", required=False, metavar="[RUN]")
@click.option("--group", type=Places(), default="CICA", show_default=True, help="The group in first view.")
@click.option("--to", "last", type=YEARS, default=2060, show_default=True, help="Last year, where no RUN is named.")
@anchor_option
@click.option(
    "--exercises", type=click.Path(path_type=Path), help="Folder of your own exercises for the training room."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("explorer.html"), show_default=True,
    help="The file to write.",
)  # fmt: skip
def explorer_command(
    *, run: str | None, group: str, last: int, anchor: str, exercises: Path | None, output: Path
) -> None:
    """Write the pages of the explorer with the results of RUN inside, as one file for any browser.

    RUN is the folder of a stored run (corridor run). Without it, the file shows the baseline with every parameter at
    its median. Shipped scenarios and the causes of change are always in it. The file needs no internet and no program:
    mail it, put it on a stick, or publish it.
    """
    from corridor.explorer.request import check_explorer_request

    asked = check_explorer_request(run, group, last, anchor, output=output, exercises=exercises)

    from corridor.explorer.contents import contents_of, prepare, runs_of
    from corridor.explorer.page import write_single_file

    with progress_bar() as bar:
        task = bar.add_task("running the world", total=runs_of(asked) + 1)
        prepared = prepare(asked)
        bar.advance(task)
        contents = contents_of(prepared, progress=lambda done: bar.advance(task, done))
    path = write_single_file(contents, f"{asked.group}: {asked.run.title['en']}", output)
    say(f"The explorer is {path.absolute()} ({path.stat().st_size / 1e6:.1f} MB). Open it with a browser.")
