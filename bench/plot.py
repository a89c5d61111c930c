"""`python -m bench.plot`: measure and draw throughput against batch size and against history, as SVG for the docs.

Of three measurements with each history the best counts: the others say what else the machine had to do.
"""

from collections.abc import Mapping, Sequence
from math import log10
from pathlib import Path

from bench.ground import ground
from bench.history import catalog, fill
from bench.leaving import leave_in_order
from bench.limit import loop
from bench.measures import exchanges

DOCS = Path(__file__).parents[1] / "docs" / "explanation"
BATCHES = (1, 4, 16, 64, 256)
HISTORIES = (1, 10_000, 100_000, 1_000_000)
WIDTH, HEIGHT, LEFT, BOTTOM = 640, 320, 70, 50
COLOURS = ("#2563eb", "#9ca3af")


def main() -> None:
    """Measure and draw both."""
    batches: dict[str, list[float]] = {"jobctl: claim + settle": [], "bare loop with two workers": []}
    for batch in BATCHES:
        runs = min(100 * batch, 10_000) + batch
        with ground() as where:
            where.fill("nothing", runs)
            batches["jobctl: claim + settle"].append(exchanges(where, batch, runs // batch))
        with ground() as where:
            where.fill("nothing", runs)
            batches["bare loop with two workers"].append(loop(where, max(batch // 2, 1)))
    write("performance-batch.svg", "runs in one transaction", BATCHES, batches)
    lengths = []
    for rows in HISTORIES:
        with ground(catalog()) as where:
            fill(where, rows)
            speeds = []
            for _ in range(3):
                where.fill("nothing", 8_000)
                speeds.append(exchanges(where, 200, 38))
            lengths.append(max(speeds))
    write("performance-history.svg", "finished runs in the file", HISTORIES, {"jobctl: claim + settle": lengths})


def write(name: str, axis: str, xs: Sequence[int], lines: Mapping[str, Sequence[float]]) -> None:
    """One plot; x is logarithmic."""
    print(name, {label: [round(value) for value in values] for label, values in lines.items()})
    (DOCS / name).write_text(svg(axis, xs, lines))


def svg(axis: str, xs: Sequence[int], lines: Mapping[str, Sequence[float]]) -> str:
    """The picture."""
    top = max(max(values) for values in lines.values()) * 1.1
    first, last = log10(xs[0]), log10(xs[-1])

    def place(x: float, y: float) -> tuple[float, float]:
        across = LEFT + (log10(x) - first) / (last - first) * (WIDTH - LEFT - 30)
        return round(across, 1), round(HEIGHT - BOTTOM - y / top * (HEIGHT - BOTTOM - 40), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"',
        '    font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" fill="#374151">runs a second</text>',
        f'<text x="{WIDTH - 30}" y="{HEIGHT - 10}" text-anchor="end" fill="#374151">{axis}</text>',
    ]
    for x in xs:
        across, down = place(x, 0)
        parts.append(f'<text x="{across}" y="{down + 16}" text-anchor="middle" fill="#6b7280">{x:,}</text>')
    for share in (0, 0.25, 0.5, 0.75, 1):
        across, down = place(xs[0], share * top / 1.1)
        parts.append(f'<path d="M{across} {down}H{WIDTH - 30}" stroke="#e5e7eb"/>')
        label = f"{share * top / 1.1:,.0f}"
        parts.append(f'<text x="{across - 8}" y="{down + 4}" text-anchor="end" fill="#6b7280">{label}</text>')
    for number, (label, values) in enumerate(lines.items()):
        points = [place(x, y) for x, y in zip(xs, values, strict=True)]
        path = " ".join(f"{across},{down}" for across, down in points)
        colour = COLOURS[number]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{across}" cy="{down}" r="3" fill="{colour}"/>' for across, down in points]
        parts.append(f'<text x="{LEFT + 120 + 200 * number}" y="20" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    leave_in_order()
    main()
