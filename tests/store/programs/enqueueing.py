"""An application that promises runs, and says so as soon as each is promised."""

import sys

from jobctl import Client


def main(db: str, count: str) -> None:
    """Promise `count` runs; each id on a line of its own."""
    with Client(db) as client:
        for _ in range(int(count)):
            print(client.enqueue("hello").run_id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
