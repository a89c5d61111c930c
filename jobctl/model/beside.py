"""The folder beside a database, `<database>.d`: its name, and the one place in it that the store uses itself."""

_ENDING = ".d"
WAKE = "wake"
"""Where each daemon has its FIFO, below that folder."""


def folder_of(database: str) -> str:
    """The folder that belongs to a database.

    >>> folder_of("/srv/jobctl.db")
    '/srv/jobctl.db.d'
    """
    return f"{database}{_ENDING}"


def database_of(folder: str) -> str:
    """The database that a folder belongs to.

    >>> database_of("/srv/jobctl.db.d")
    '/srv/jobctl.db'
    """
    return folder.removesuffix(_ENDING)
