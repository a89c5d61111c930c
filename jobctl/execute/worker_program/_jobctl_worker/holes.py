"""Memory that is given back out of the middle of a file."""

from __future__ import annotations

from .standard import standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KEEP_SIZE_AND_PUNCH_HOLE = 3


def fallocate() -> Any:
    """The C library's function; None where there is no ctypes."""
    try:
        ctypes = standard("ctypes")
    except ImportError:
        return None
    library = ctypes.CDLL(None)
    function = getattr(library, "fallocate64", None) or library.fallocate
    function.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return function


def punch_hole(fd: int, offset: int, length: int) -> None:
    """Give a range of a file back; its size stays. Without ctypes it stays as well."""
    function = fallocate()
    if function is not None:
        function(fd, KEEP_SIZE_AND_PUNCH_HOLE, offset, length)
