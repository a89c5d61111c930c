import os

import work
from procrastinate import App, PsycopgConnector

app = App(connector=PsycopgConnector(conninfo=os.environ["SERVER_URL"]))
opened = app.open
nothing = app.task(work.nothing, name="nothing")
stamp = app.task(work.stamp, name="stamp")


def put_nothing():
    nothing.defer()


def put_stamp(path):
    stamp.defer(path=path)
