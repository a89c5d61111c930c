"""Before anything is executed: the database and the folder beside it are this user's, or nothing is."""

import os

from jobctl.execute.state_folder import StateFolder
from jobctl.model.errors import Unusable, reason_of
from jobctl.trust.state import why_not_beside, why_not_here


def make_sure_of(folder: StateFolder) -> None:
    """Create what is missing of a state folder. Raises Unusable where somebody else could decide what is executed, or
    what is believed of it: then nothing was touched."""
    euid = os.geteuid()
    try:
        why = why_not_here(folder.database, euid) or why_not_beside(folder.root, euid)
        if why is not None:
            raise Unusable(why.message, hint=why.hint)
        folder.make()
    except OSError as error:
        raise Unusable(
            f"the folder `{folder.root}` cannot be used: {reason_of(error)}",
            hint="see that it is a folder of this user's, 0700, on a disk that can be written",
        ) from error
