"""Callables that speak to jobctl."""

import datetime

import jobctl
from jobctl import Retry, Skip, progress


def skip():
    raise Skip("no new orders")


def retry(seconds=None):
    raise Retry(seconds)


def retry_in_minutes():
    raise Retry(datetime.timedelta(minutes=2), "the shop is closed")


def report():
    progress(1, 4, "album 1")
    progress(2, 4)
    jobctl.progress(70, message="album 7")


def report_often(times):
    for done in range(times):
        progress(done + 1, times)


def supplied_by():
    return jobctl.__file__
