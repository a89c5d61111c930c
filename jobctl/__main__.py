"""`python -m jobctl` is `jobctl`."""

from jobctl.cli.entry import main

if __name__ == "__main__":
    main()
