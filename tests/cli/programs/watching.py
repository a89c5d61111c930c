"""Watches a file: draws its text and the size of the terminal."""

import shutil
import sys
from pathlib import Path

from rich.text import Text

from jobctl.cli.watch import watch


def main(path: Path, interval: float) -> None:
    """Watch `path`; its text `break` breaks the drawing."""

    def draw() -> Text:
        text = path.read_text()
        if text == "break":
            raise ValueError("broken")
        size = shutil.get_terminal_size()
        return Text(f"<{text}> {size.columns}x{size.lines}")

    watch(draw, interval, lambda: path.stat().st_mtime_ns)
    sys.stdout.write("left\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
