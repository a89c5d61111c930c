import os

import work
from huey import SqliteHuey

huey = SqliteHuey(filename="huey.db", fsync=True if os.environ.get("DURABLE") else None)
put_nothing = huey.task()(work.nothing)
put_stamp = huey.task()(work.stamp)
