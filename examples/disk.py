"""How full the file systems are."""

import shutil

IN_MEMORY = {"proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "mqueue", "overlay", "squashfs"}


def report(warn_at):
    """Print a line for each file system; the returned list is kept with the run."""
    rows = [row for row in map(measure, mount_points()) if row]
    for row in sorted(rows, key=lambda row: -row["percent"]):
        mark = " <- nearly full" if row["percent"] >= warn_at else ""
        print("{percent:5.1f} %  {free_gb:8.1f} GB free  {folder}{0}".format(mark, **row))
    return rows


def mount_points():
    """Folders where real file systems are mounted, and always the root."""
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        entries = [line.split() for line in mounts]
    return sorted({"/"} | {folder for _, folder, kind, *_ in entries if kind not in IN_MEMORY})


def measure(folder):
    """One row, or None for what has no size or may not be looked at."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    if not usage.total:
        return None
    percent = round(100 * usage.used / usage.total, 1)
    return {"folder": folder, "percent": percent, "free_gb": round(usage.free / 1e9, 1)}
