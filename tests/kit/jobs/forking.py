"""Callables that fork, with children that do not leave by `os._exit`, and callables that leave something to be run."""

import asyncio
import concurrent.futures
import contextlib
import functools
import multiprocessing
import os
import sys
import threading

ENDS = {
    "returns": lambda: None,
    "raises": lambda: [].pop(),
    "exits": lambda: sys.exit(7),
    "exits at once": lambda: os._exit(5),
}


def fork(how, by="fork"):
    """The exit status of a child, as its parent sees it."""
    sys.stdout.write("printed once, ")
    pid, *rest = (os.fork(),) if by == "fork" else os.forkpty()
    if pid == 0:
        return ENDS[how]()
    for fd in rest:
        read_terminal(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def read_terminal(fd):
    """Until nobody has the other end any more, which is an error to a terminal."""
    with contextlib.suppress(OSError):
        while text := os.read(fd, 1000):
            print(text.decode())
    os.close(fd)


async def fork_in_coroutine(how):
    await asyncio.sleep(0)
    parent = os.getpid()
    code = fork(how)
    if os.getpid() == parent:
        await asyncio.sleep(0.01)
    return code


async def fork_in_pool(how):
    return await asyncio.get_running_loop().run_in_executor(None, fork, how)


def fork_in_thread(how):
    codes = []
    thread = threading.Thread(target=lambda: codes.append(fork(how)))
    thread.start()
    thread.join()
    return codes[0]


def use_processes(method):
    context = multiprocessing.get_context(method)
    process = context.Process(target=os.getpid)
    process.start()
    process.join()
    with context.Pool(2) as pool:
        return [process.exitcode, pool.map(abs, [-1, -2])]


DONE = []


def generate():
    DONE.append("generate")
    yield 1
    return "result"


async def generate_async():
    DONE.append("generate_async")
    yield 1


def return_coroutine():
    async def work():
        DONE.append("coroutine")
        return generate()

    return work()


class Awaitable:
    def __await__(self):
        DONE.append("awaitable")
        yield from asyncio.sleep(0).__await__()
        return "awaited"


def return_awaitable():
    return Awaitable()


def return_future():
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, "future")
    return future


def return_pool_future():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return pool.submit(lambda: "pooled")


def return_map():
    return map(DONE.append, ["mapped"])


async def add(a, b):
    return a + b


partial = functools.partial(add, 1)


def return_function():
    return add


def return_partial():
    return partial


@contextlib.contextmanager
def manage():
    yield


class Plain:
    def run(self):
        """What nobody calls."""


def done():
    return DONE
