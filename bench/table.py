"""The table of figures, with each target beside what was measured."""

from bench.report import draw

# figure, unit, what it is compared with, the least (>=) or most (<=) that the ratio or the figure is to be
TARGETS: tuple[tuple[str, str, str | None, str, float], ...] = (
    ("callables", "/s", "callables.limit", ">=", 0.3),
    ("callables", "/s", None, ">=", 40_000),
    ("callables", "/s", "huey", ">=", 8),
    ("talking", "/s", None, ">=", 10_000),
    ("enqueue", "/s", "enqueue.limit", ">=", 0.75),
    ("enqueue 32 threads", "/s", None, ">=", 12_000),
    ("enqueues per commit", "", None, ">=", 8),
    ("enqueue_many", "/s", None, ">=", 100_000),
    ("enqueue --from", "/s", None, ">=", 50_000),
    ("direct", "/s", "direct.limit", ">=", 0.6),
    ("direct 8 slots", "/s", "direct.limit", ">=", 0.6),
    ("shell", "/s", "shell.limit", ">=", 0.6),
    ("shell 8 slots", "/s", "shell.limit", ">=", 0.6),
    ("latency p50 ms", "ms", None, "<=", 3),
    ("latency p99 ms", "ms", None, "<=", 10),
    ("gap behind a limit ms", "ms", None, "<=", 3),
    ("start --version", "ms", "start.limit", "<=", 1.1),
    ("start enqueue", "ms", "start.limit", "<=", 1.3),
    ("start status", "ms", "start.limit", "<=", 2.0),
    ("idle CPU %", "%", None, "<=", 0.2),
    ("idle RSS MB", "MB", None, "<=", 60),
)


def rows(figures: dict[str, float]) -> list[tuple[str, ...]]:
    """Figure, what it is compared with, ratio, target, verdict."""
    found: list[tuple[str, ...]] = []
    for name, unit, other, sign, target in TARGETS:
        if name not in figures or (other is not None and other not in figures):
            continue
        value = figures[name]
        beside = f"{figures[other]:,.1f} {unit}" if other else ""
        ratio = value / figures[other] if other else None
        judged = value if ratio is None else ratio
        met = judged >= target if sign == ">=" else judged <= target
        wanted = f"{sign} {target:g}" + ("" if ratio is None else " x")
        shown = "" if ratio is None else f"{ratio:.2f} x"
        found.append((name, f"{value:,.1f} {unit}", other or "", beside, shown, wanted, "yes" if met else "no"))
    backlogs = [name for name in figures if name.startswith("backlog ")]
    histories = [name for name in figures if name.startswith("history ") and ":" not in name]
    for names, target in ((backlogs, 0.8), (histories, 0.9)):
        if len(names) == 2:
            first, second = figures[names[0]], figures[names[1]]
            verdict = "yes" if second / first >= target else "no"
            beside = f"{first:,.0f} /s"
            found.append(
                (names[1], f"{second:,.0f} /s", names[0], beside, f"{second / first:.2f} x", f">= {target} x", verdict)
            )
    found += [
        (n, f"{v:,.0f} ms", "", "", "", "<= 150", "yes" if v <= 150 else "no") for n, v in figures.items() if ": " in n
    ]
    return found


def show(figures: dict[str, float]) -> None:
    """Print the table."""
    draw([("figure", "jobctl", "beside", "", "ratio", "target", "met"), *rows(figures)])
