"""The number that moves with each change of the catalog, a limit or a pause; what was parsed is in force until then."""

from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select

GENERATION = Select("rules", "generation", int)
NEXT_GENERATION = Change("rules", "next_generation")


def generation_of(session: Session) -> int:
    """The present one; 0 before the first change."""
    return session.one(GENERATION) or 0


def begin_next(session: Session) -> None:
    """Have everybody read the rules again; called in the transaction that changes them."""
    session.run(NEXT_GENERATION)
