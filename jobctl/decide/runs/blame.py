"""Who is to blame when several runs have vanished at once, with the process that held them."""

from collections.abc import Sequence

from jobctl.model.claim import Claim, ClaimKey


def blamed(claims: Sequence[Claim]) -> ClaimKey | None:
    """Of all that were in flight, the one that it counts against; None where nobody knows.

    Who was alone is to blame, or who alone has vanished before: what takes others down is there each time, and others
    are so by chance.
    """
    suspects = [claim for claim in claims if claim.lost] if len(claims) > 1 else claims
    return suspects[0].key if len(suspects) == 1 else None
