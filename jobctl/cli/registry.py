"""The front door: a Typer app that imports a verb only when that verb is called."""

from importlib import import_module
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from jobctl.cli.click import Command, Context
from jobctl.cli.options import RootDb
from jobctl.cli.verbs import VERBS
from jobctl.decide.text.closest import closest
from jobctl.model.errors import UsageError


class VerbGroup(typer.core.TyperGroup):
    """Knows all verbs by name and loads one on demand; without any, it is `status`."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Without a verb it is `status`: where the verb would stand after the options of all verbs."""
        at = 0 if ctx.resilient_parsing else self._end_of_options(ctx, args)
        if not ctx.resilient_parsing and (at == len(args) or (args[at : at + 1] and args[at].startswith("-"))):
            args = [*args[:at], "status", *args[at:]]
        return super().parse_args(ctx, args)

    def _end_of_options(self, ctx: Context, args: list[str]) -> int:
        """Where the options end that stand before any verb."""
        known = {name: param for param in self.get_params(ctx) for name in param.opts}
        at = 0
        while at < len(args) and (param := known.get(args[at].partition("=")[0])) is not None:
            at += 1 if getattr(param, "is_flag", False) or "=" in args[at] else 2
        return at

    def list_commands(self, ctx: Context) -> list[str]:
        """Every verb, in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """A stand-in that carries the verb's one line of help, for listings and completion."""
        verb = VERBS.get(cmd_name)
        if verb is None:
            return None
        return typer.core.TyperCommand(cmd_name, help=verb.help, rich_help_panel=verb.panel)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The verb itself, imported now."""
        name = args[0]
        if name not in VERBS:
            close = f"--{name}" if name in ("version", "help") else closest(name, VERBS)
            hint = f"did you mean `jobctl {close}`?" if close else "`jobctl --help` lists the verbs"
            raise UsageError(f"there is no verb `{name}`", hint=hint)
        return name, load(name), args[1:]


def load(name: str) -> Command:
    """Import a verb's module and make its command, or the group of its `COMMANDS` where it has several."""
    verb = VERBS[name]
    module: Any = import_module(f"jobctl.cli.commands.{verb.module}")
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    if hasattr(module, "COMMANDS"):
        app.callback(help=_reflowed(module.__doc__))(lambda: None)
        for inner, function in module.COMMANDS.items():
            app.command(inner, help=_reflowed(function.__doc__))(function)
        return typer.main.get_command(app)
    settings = getattr(module, "SETTINGS", {})
    app.command(name, short_help=verb.help, help=_reflowed(module.command.__doc__), **settings)(module.command)
    return typer.main.get_command(app)


def _reflowed(text: str) -> str:
    """A docstring for the screen: paragraphs are broken where the terminal ends, not where the source does.

    >>> _reflowed("One\\n    two.\\n\\n    Three")
    'One two.\\n\\nThree'
    """
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _version(wanted: bool) -> None:
    if wanted:
        from jobctl import __version__

        typer.echo(f"jobctl {__version__}")
        raise typer.Exit


def _root(
    db: RootDb = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Durable background jobs from the command line.

    A catalog names the jobs, a database holds every promise, `jobctl daemon` executes them. Without a command it is
    `jobctl status`.

    To begin: `jobctl init`, `jobctl apply`, `jobctl daemon`. To run anything now: `jobctl enqueue -- echo hello`.
    """


def application() -> Command:
    """The whole command line."""
    app = typer.Typer(
        cls=VerbGroup,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(help=_reflowed(_root.__doc__ or ""))(_root)
    return typer.main.get_command(app)
