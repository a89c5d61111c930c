"""Uses more memory than there may be, or, asked for none, is killed in the same way."""

import os
import signal
import sys


def use_memory(megabytes):
    held = [b"x" * 2**20 for _ in range(megabytes)]
    del held
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    use_memory(int(sys.argv[1]))
