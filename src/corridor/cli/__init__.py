"""The command line: thin doors, no computation.

Modules here import the standard library and click at the top, everything else inside the command that needs it, so
that `corridor --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import IO, Any

import click

import corridor
from corridor.errors import InputError, NotConverged, Problem, spelling, visible

COMMANDS = {
    "outlook": "corridor.cli.outlook_command",
    "run": "corridor.cli.run_command",
    "runs": "corridor.cli.runs_command",
    "cite": "corridor.cli.runs_command",
    "explorer": "corridor.cli.explorer_command",
    "estimate": "corridor.cli.estimate_command",
    "project": "corridor.cli.project_command",
    "population": "corridor.cli.population_command",
    "explain": "corridor.cli.explain_command",
    "ledger": "corridor.cli.ledger_command",
    "channels": "corridor.cli.channels_command",
    "scenario": "corridor.cli.scenario_command",
    "pathways": "corridor.cli.pathways_command",
    "areas": "corridor.cli.areas_command",
    "data": "corridor.cli.data_command",
    "backtest": "corridor.cli.backtest_command",
    "bds": "corridor.cli.bds_command",
    "sensitivity": "corridor.cli.sensitivity_command",
    "serve": "corridor.cli.serve_command",
}
"""Command -> the module that holds it as `COMMAND_command`."""


os.environ["OPENBLAS_NUM_THREADS"] = "1"
"""Matrices of 237 areas are too small to share out: more threads of the linear algebra only wait for each other."""


class UserError(click.ClickException):
    """A report of what is wrong with what the user gave; the process exits with 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the report on the error stream."""
        click.secho("Cannot do that:", fg="red", err=True, file=file)
        for line in self.message.split("\n"):
            click.echo(visible(f"  {line}"), err=True, file=file)


class Unread(click.ClickException):
    """Who read the output has seen enough; the process ends as if by SIGPIPE, without a word."""

    exit_code = 141

    def show(self, file: IO[Any] | None = None) -> None:
        """Print nothing."""


class Corridor(click.Group):
    """A group that imports a command when it is called, and turns input errors into one report."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as click has it
        """Run a command: the process's own, or one whose words are given."""
        if args or "args" in kwargs:
            return super().main(*args, **kwargs)
        from corridor.cli.process import guarded

        sys.exit(guarded(lambda: super(Corridor, self).main(**kwargs, standalone_mode=False)))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name]), f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant, or suggest one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise InputError(Problem("there is no such command", spelling(args[0], list(COMMANDS)), value=args[0]))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what is wrong with the user's input, or did not converge, becomes a report."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise UserError(str(error)) from error
        except BrokenPipeError as error:
            raise Unread(str(error)) from error
        except NotConverged as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Corridor, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(corridor.__version__, prog_name="corridor")
def main() -> None:
    """Estimate how many people move from where to where, and project what the next decades may bring."""
