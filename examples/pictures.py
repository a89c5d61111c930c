"""Thumbnails in plain Python: slow on purpose, as real work is."""

import os
from pathlib import Path

import jobctl

FILES = Path(os.environ.get("FILES", "."))
SIDE = 4096


def thumbnail(picture, size):
    """Paint a picture, average its pixels block by block, and write a small grey one (PGM)."""
    folder = FILES / "thumbnails"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{picture}-{size}.pgm"
    block = SIDE // size
    seed = sum(picture.encode())
    pixels = bytearray()
    for row in range(size):
        pixels += bytes(average(seed, column * block, row * block, block) for column in range(size))
        jobctl.progress(row + 1, size, picture)
    target.write_bytes(b"P5 %d %d 255\n" % (size, size) + pixels)
    print(f"{target}: {size} x {size}")
    return {"file": str(target)}


def average(seed, left, top, block):
    """The mean brightness of one block of the large picture."""
    total = 0
    for y in range(top, top + block):
        for x in range(left, left + block):
            total += (x * x + y * y + seed * x) >> 6 & 255
    return total // (block * block)
