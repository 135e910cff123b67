"""What every command shares: the program, options that several commands take, and how errors are told."""

from __future__ import annotations

import functools
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from simulation.errors import TifError, UserError

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

Command = TypeVar("Command", bound=Callable[..., Any])
INTERRUPTED = 130

app = typer.Typer(
    name="tif", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)


def print_versions() -> None:
    """Print the version of the program and of what decides its numbers."""
    from simulation.experiments.manifest import versions

    print("\n".join(f"{name} {number}" for name, number in versions().items() if number))


def versions_asked(asked: bool) -> None:
    """What --version does: print the versions, and nothing else."""
    if asked:
        print_versions()
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=versions_asked, is_eager=True, help="The same as tif version.")
    ] = False,
) -> None:
    """Agent-based simulator of the technology-industry-finance cycle: policies in, effects with intervals out."""


ScenarioName = Annotated[
    str, typer.Argument(help="A file, or a name such as baseline or open_exits.", show_default=False)
]
ScenarioOrFrom = Annotated[
    str | None, typer.Argument(help="A file, or a name such as baseline or open_exits.", show_default=False)
]
Policies = Annotated[
    list[str] | None, typer.Argument(help="One policy or more: files or names.", show_default=False)
]
Seeds = Annotated[
    str | None, typer.Option(help="20 = seeds 1 to 20; also 5-8 or 1,4,9. Default: 1 for run, 20 for compare.")
]
Scale = Annotated[float | None, typer.Option(help="Share of the country's enterprises, 0.001 to 1. Default: 0.1.")]
Quarters = Annotated[int, typer.Option(help="Reported quarters from 2021Q1 on; burn-in is extra.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="LEVER=VALUE", help="Change a lever or an assumption, in all scenarios alike."),
]
Without = Annotated[list[str] | None, typer.Option(metavar="MECHANISM", help="Switch a mechanism off.")]
Out = Annotated[Path | None, typer.Option(help="Folder of results. Default: results/NAME.", show_default=False)]
Csv = Annotated[bool, typer.Option("--csv", help="Write CSV beside every table.")]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Draw no figures.")]
Quick = Annotated[bool, typer.Option("--quick", help="3 seeds at scale 0.02, every figure stamped DRAFT.")]
Again = Annotated[bool, typer.Option("--again", help="Play although the folder holds the answer already.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace results of another question.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Play everything, from the burn-in on, in every scenario.")]
Workers = Annotated[int, typer.Option(help="Processes; 0 = all cores.", min=0, max=1024)]
Threads = Annotated[
    int, typer.Option(help="Threads in each process, for one large economy; the numbers stay the same.", min=1, max=256)
]
Window = Annotated[
    str | None, typer.Option(help="Quarters over which effects are taken. Default: 2024Q1 to the last one.")
]
EqualCost = Annotated[
    float | None,
    typer.Option(metavar="BUDGET", help="Scale every policy to this public cost, CNY bn of 2024Q1 over the window."),
]
From = Annotated[
    Path | None,
    typer.Option("--from", metavar="MANIFEST", help="Play again what this manifest.json (or its folder) tells of."),
]
Freeze = Annotated[
    list[str] | None,
    typer.Option(metavar="LINK", help="Hold a link of the cycle at its baseline path (tif links); all = each."),
]
Impulse = Annotated[
    bool, typer.Option("--impulse", help="Inject 1 % of a year's private commitments once: the cycle gain.")
]
Word = Annotated[str, typer.Argument(help="Show only what contains this word.", show_default=False)]


def told(command: Command) -> Command:
    """Turn errors into messages and exit codes: 2 for a mistake of the user, 1 for our fault, 130 when interrupted."""

    @functools.wraps(command)
    def call(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except UserError as error:
            stop(error.render(), error.exit_code)
        except KeyboardInterrupt:
            stop("Interrupted; nothing was written.", INTERRUPTED)
        except (typer.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("TIF_TRACEBACK"):
                raise
            stop(_our_fault(error), error.exit_code if isinstance(error, TifError) else 1)

    return call  # type: ignore[return-value]


def _our_fault(error: Exception) -> str:
    line = f"{type(error).__name__}: {error}" if not isinstance(error, TifError) else str(error)
    again = f"  repeat: {command_line()}  (TIF_TRACEBACK=1 in front shows where)"
    return f"The program failed; this is not your fault.\n  {line}\n{again}"


def stop(message: str, code: int) -> None:
    """Say why the program ends, and end it."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)


def command_line() -> str:
    """The command as it was typed."""
    return shlex.join(["tif", *sys.argv[1:]])


def load_scenarios(names: list[str], settings: list[str] | None, without: list[str] | None) -> list[Scenario]:
    """The scenarios as written, with what the command line changes in all of them."""
    from simulation.scenario.load import load_scenario, parse_settings

    changes = parse_settings(settings or [])
    return [load_scenario(name, changes, without or []) for name in names]
