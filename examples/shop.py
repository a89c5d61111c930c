"""A sample database, and an online backup of it: plain Python, standard library only."""

import os
import sqlite3
import time
from pathlib import Path

import jobctl

FILES = Path(os.environ.get("FILES", "."))
DATABASE = FILES / "shop.db"
BACKUPS = FILES / "backups"


def seed(orders):
    """Fill the sample database; the returned value is kept with the run."""
    FILES.mkdir(parents=True, exist_ok=True)
    shop = sqlite3.connect(str(DATABASE))
    with shop:
        shop.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT, cents INTEGER)")
    step = 1000
    for start in range(0, orders, step):
        rows = [(f"customer {n % 97}", n * 7919 % 100000) for n in range(start, min(start + step, orders))]
        with shop:
            shop.executemany("INSERT INTO orders (customer, cents) VALUES (?, ?)", rows)
        jobctl.progress(start + len(rows), orders, "orders")
    (total,) = shop.execute("SELECT count(*) FROM orders").fetchone()
    shop.close()
    print(f"{total} orders in {DATABASE}")
    return {"orders": total}


def backup(keep):
    """Copy the database page by page while others may write, check the copy, remove the oldest copies."""
    if not DATABASE.exists():
        raise jobctl.Skip(f"there is no {DATABASE} yet")
    BACKUPS.mkdir(parents=True, exist_ok=True)
    copy = BACKUPS / time.strftime("shop-%Y%m%d-%H%M%S.db")
    unfinished = copy.with_suffix(".part")
    copy_pages(DATABASE, unfinished)
    check(unfinished)
    unfinished.rename(copy)
    print(f"wrote {copy}, {copy.stat().st_size} bytes, integrity ok")
    for old in sorted(BACKUPS.glob("shop-*.db"))[:-keep]:
        old.unlink()
        print(f"removed {old}")
    return {"file": str(copy), "bytes": copy.stat().st_size}


def copy_pages(source, target):
    """SQLite's online backup, telling how far it is."""

    def tell(status, remaining, total):
        jobctl.progress(total - remaining, total, "pages")

    live, copy = sqlite3.connect(str(source)), sqlite3.connect(str(target))
    live.backup(copy, pages=64, progress=tell)
    copy.close()
    live.close()


def check(database):
    """Raise if SQLite finds anything wrong: a backup that nobody checked is a hope."""
    copy = sqlite3.connect(str(database))
    (answer,) = copy.execute("PRAGMA integrity_check").fetchone()
    copy.close()
    if answer != "ok":
        raise RuntimeError(f"the copy is damaged: {answer}")
