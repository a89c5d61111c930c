"""A verb that takes a command of its own after `--`."""

import typer.core

from jobctl.cli.click import Context

_COMMAND = "jobctl.command"


class AfterDashes(typer.core.TyperCommand):
    """Keeps what follows `--` apart, even where it looks like options."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse what stands before `--`."""
        if "--" in args:
            at = args.index("--")
            ctx.meta[_COMMAND] = args[at + 1 :]
            args = args[:at]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """What is expected, in its order."""
        return ["NAME [OPTIONS] -- CMD [ARG].."]


def command_of(ctx: Context) -> list[str] | None:
    """The words after `--`; None if it was not typed."""
    words: list[str] | None = ctx.meta.get(_COMMAND)
    return words
