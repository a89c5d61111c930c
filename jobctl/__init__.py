"""Durable background jobs: a YAML catalog, one SQLite file, a daemon."""

__version__ = "0.1.0"
