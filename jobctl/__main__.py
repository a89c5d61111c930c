"""`python -m jobctl` is `jobctl`."""

from jobctl.cli.main import main

if __name__ == "__main__":
    main()
