import os

import work
from redis import Redis
from rq import Queue

queue = Queue(connection=Redis.from_url(os.environ["SERVER_URL"]))


def put_nothing():
    queue.enqueue(work.nothing)


def put_stamp(path):
    queue.enqueue(work.stamp, path)
