"""The Click that Typer carries with it: this module alone knows where."""

from typer._click import Command, Context
from typer._click.exceptions import ClickException
from typer._click.exceptions import UsageError as ClickUsageError

__all__ = ["ClickException", "ClickUsageError", "Command", "Context"]
