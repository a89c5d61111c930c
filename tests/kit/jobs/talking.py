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
