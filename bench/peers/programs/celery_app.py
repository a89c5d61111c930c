import os

import work
from celery import Celery

app = Celery("app", broker=os.environ["SERVER_URL"])
put_nothing = app.task(work.nothing, name="nothing").delay
put_stamp = app.task(work.stamp, name="stamp").delay
