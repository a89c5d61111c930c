"""Watches a file: draws its text, the size of the terminal and how often it has drawn."""

import shutil
import sys
from pathlib import Path

from rich.text import Text

from jobctl.cli.watch import watch

FILE = Path(sys.argv[1])
INTERVAL = float(sys.argv[2])


def draw() -> Text:
    """The file's text and the size."""
    text = FILE.read_text()
    if text == "break":
        raise ValueError("broken")
    size = shutil.get_terminal_size()
    return Text(f"<{text}> {size.columns}x{size.lines}")


watch(draw, INTERVAL, lambda: FILE.stat().st_mtime_ns)
sys.stdout.write("left\n")
