"""The holder: the process that is the parent of every child and outlives the daemon.

It runs as a program of its own (`__main__.py`) with the standard library alone. To stay small and quick to start
its modules import neither `typing` nor `dataclasses`.
"""
