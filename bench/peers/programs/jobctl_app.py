import os

from jobctl import Client

client = Client(os.environ["JOBCTL_DB"])


def put_nothing():
    client.enqueue("nothing")


def put_many(runs):
    for start in range(0, runs, 1000):
        client.enqueue_many([{"job": "nothing"}] * min(1000, runs - start))


def put_stamp(path):
    client.enqueue("stamp", {"path": path})
