"""`python .../worker_program/__main__.py INSIDE WHERE [FOLDER..]`: see `_jobctl_worker.program`.

This file is compiled at each start, so there is nothing in it; the modules beside it are compiled once.
"""

if __name__ == "__main__":
    import sys

    # It is there already, but not where PYTHONSAFEPATH is set.
    sys.path.insert(0, __file__.rpartition("/")[0])
    from _jobctl_worker.program import main  # type: ignore[import-not-found]

    main(sys.argv[:])
