"""What a job is where its definition is silent, for those who have no whole definition at hand.

Quick by design: `jobctl enqueue` reads this at every start.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobctl.model.job import Overlap

QUEUE = "default"
PRIORITY = 0
OVERLAP: "Overlap" = "allow"
