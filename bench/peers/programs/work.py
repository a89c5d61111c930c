"""What every peer executes."""

import time


def nothing():
    return None


def stamp(path):
    with open(path, "a") as file:
        file.write(f"{time.time()!r}\n")
