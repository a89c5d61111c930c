"""Callables that print, in every way."""

import ctypes
import os
import subprocess
import sys


def hello(name="world"):
    print(f"hello {name}")


def every_way():
    print("print")
    sys.stdout.write("no newline, ")
    sys.stdout.flush()
    os.write(1, b"os.write\n")
    libc = ctypes.CDLL(None)
    libc.printf(b"printf\n")
    libc.fflush(None)
    subprocess.run(["echo", "child"], check=True)
    print("stderr", file=sys.stderr)


def bytes_of(hexadecimal):
    os.write(1, bytes.fromhex(hexadecimal))


def closes_its_streams():
    print("before")
    sys.stdout.close()


def prints_into_a_closed_descriptor():
    os.close(1)
    print("mine")


def reads():
    return sys.stdin.read()


def reads_descriptor():
    return subprocess.run(["cat"], check=True, stdout=subprocess.PIPE).stdout.decode()


def tells(secret):
    print(f"the secret is {secret}!")
    return {"kept": [secret]}


def raises(secret):
    raise RuntimeError(f"wrong password {secret}")


def forge():
    raise ValueError("a\n2026-01-01T00:00:00.000Z error forged")


def reopens():
    """Whatever prints by opening the name of a stream adds to what was printed before."""
    print("one")
    subprocess.run("echo two > /dev/stderr; echo three | tee /dev/stderr > /dev/null", shell=True, check=True)
    with open("/dev/stdout", "w") as again:
        again.write("four\n")
    with open("/proc/self/fd/2", "w") as again:
        again.write("five\n")
    print("six")


def floods(count):
    """Print so many MiB, by a child process, and say what is in memory of it meanwhile."""
    subprocess.run(f"head -c {count}M /dev/zero | tr '\\0' x", shell=True, check=True)
    print("\nthe end")


def floods_without_a_pause(count):
    """Print so many bytes in one call of C that lets no other thread run."""
    ctypes.PyDLL(None).write(1, b"x" * count, count)
    print("\nthe end")


def leaves_a_talker(path):
    """A child that prints, when it may, after the call has ended."""
    subprocess.Popen(
        ["sh", "-c", 'while [ ! -e "$0" ]; do sleep 0.05; done; head -c 200000 /dev/zero; touch "$0.done"', path]
    )
