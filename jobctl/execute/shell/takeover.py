"""What a dead daemon leaves: live children are adopted, ends are told as they were seen, the rest is lost once dead."""

import signal
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from jobctl.decide.runs.blame import blamed
from jobctl.execute.holder.client import Holder
from jobctl.execute.holder.leftovers import discard, discard_earlier, recover, recover_earlier
from jobctl.execute.holder.messages import WORKER, End, Ended, Taken
from jobctl.execute.shell.endings import landed
from jobctl.execute.shell.in_flight import KIND, Flights, key_of
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.outcome import Lost, NotStarted


class Inherited(NamedTuple):
    """A claim of a dead daemon. `blamed`: a loss counts against it. `began`: its process is on record. `felled`: its
    daemon died in starting it."""

    claim: Claim
    started_at: datetime
    blamed: bool
    began: bool = False
    felled: bool = False


class Inheritance:
    """Everything taken over from dead daemons: their living holders, and the folders of those that are dead too."""

    def __init__(self, own: Holder, flights: Flights) -> None:
        self._own = own
        self._flights = flights
        self.holders: list[Holder] = []
        self._dying: list[tuple[Inherited, tuple[Holder, ...]]] = []
        self._unsettled: dict[Path, tuple[set[ClaimKey], Callable[[Path], None]]] = {}

    def take(self, folders: Sequence[Path], claims: Sequence[Inherited], now: datetime) -> None:
        """See `Shell.inherit`. Whatever can fail comes first, so that it can be tried again as a whole."""
        homes = [(folder, self._holder_in(folder)) for folder in folders]
        ends = {folder: recover_earlier(folder) if holder else recover(folder) for folder, holder in homes}
        if all(holder is None for _, holder in homes):
            claims = _blamed(claims, {event.key for found in ends.values() for event in found.ends})
        if not all(found.complete for found in ends.values()):
            # Something was on record that cannot be read: whatever is not known to have ended may have begun.
            claims = [one._replace(began=True) for one in claims]
        left = {key_of(inherited.claim.key): inherited for inherited in claims}
        for folder, holder in homes:
            self._tell_ends(folder, ends[folder].ends, left, discard if holder is None else discard_earlier)
            if holder is not None:
                self._adopt(holder, left, now)
        self._tell_rest(left.values(), tuple(holder for _, holder in homes if holder is not None), now)

    def tick(self, now: datetime) -> None:
        """Callables of a dead daemon are lost as soon as none of its workers lives."""
        for holder in (self._own, *self.holders):
            holder.look(now)
        waiting, self._dying = self._dying, []
        for inherited, holders in waiting:
            for holder in holders:
                # Nobody else takes them: they would only gather.
                holder.events(WORKER)
            if any(holder.alive(WORKER) for holder in holders):
                self._dying.append((inherited, holders))
            else:
                self._lose(inherited, now)

    def blocked(self) -> bool:
        """True when the system lets nobody speak with a holder."""
        return any(holder.blocked for holder in (self._own, *self.holders))

    def settled(self, claims: Collection[ClaimKey]) -> None:
        """These endings are on disk: a folder that told nothing else is removed."""
        for unsettled, _ in self._unsettled.values():
            unsettled.difference_update(claims)
        self._discard_settled()

    def claims(self) -> list[ClaimKey]:
        """The claims that end when their daemon's workers are dead."""
        return [inherited.claim.key for inherited, _ in self._dying]

    def count(self) -> int:
        """How many `claims` there are."""
        return len(self._dying)

    def close(self) -> None:
        """Let go of the holders: what runs there can be inherited again."""
        for holder in self.holders:
            holder.close()

    def _holder_in(self, folder: Path) -> Holder | None:
        """The living holder in a folder, connected to only once."""
        for holder in self.holders:
            if holder.folder == folder:
                return holder
        found = self._own.neighbour(folder)
        if found is not None:
            self.holders.append(found)
        return found

    def _tell_ends(
        self, folder: Path, ends: Sequence[End], left: dict[str, Inherited], forget: Callable[[Path], None]
    ) -> None:
        """Tell the ends that a dead holder saw; its record stays until they are on disk: then `forget` is called."""
        told = set()
        for event in ends:
            inherited = left.get(event.key)
            if inherited is not None and inherited.claim.job.kind == "shell":
                del left[event.key]
                told.add(inherited.claim.key)
                if isinstance(event, Ended) and event.last is not None:
                    self._flights.report(inherited.claim, event.last)
                self._flights.tell(landed(inherited.claim, event, None, inherited.started_at, blamed=inherited.blamed))
        self._unsettled[folder] = (told, forget)
        self._discard_settled()

    def _adopt(self, holder: Holder, left: dict[str, Inherited], now: datetime) -> None:
        """Take over what a living holder has; children that nobody claims are killed."""
        holder.end()
        ended = holder.events(KIND)
        known = {child.key for child in holder.held} | {event.key for event in ended if not isinstance(event, Taken)}
        for key in known & left.keys():
            inherited = left.pop(key)
            self._flights.add(inherited.claim, inherited.started_at, holder)
        for child in holder.held:
            flight = self._flights.by_key.get(child.key)
            if flight is not None and child.why is not None:
                flight.timer.stop(child.why, now)
            if not child.dies_with_client and flight is None:
                holder.kill(child.key, signal.SIGKILL)
        for event in ended:
            self._flights.take(event, holder, now)

    def _tell_rest(self, left: Collection[Inherited], holders: tuple[Holder, ...], now: datetime) -> None:
        """What no holder knows: a shell job was never started, a callable dies with its worker.

        A process on record without a holder that knows it is lost: the state folder is not the database's, as after a
        restore.
        """
        for inherited in left:
            if inherited.claim.job.kind == "callable":
                self._dying.append((inherited, holders))
            elif inherited.began:
                self._lose(inherited, now)
            else:
                self._flights.end(inherited.claim, NotStarted(felled=inherited.felled), now, now)
        self.tick(now)

    def _lose(self, inherited: Inherited, now: datetime) -> None:
        lost = Lost("its daemon died", counts=inherited.blamed or inherited.felled)
        self._flights.end(inherited.claim, lost, inherited.started_at, max(now, inherited.started_at))

    def _discard_settled(self) -> None:
        for folder in [folder for folder, (unsettled, _) in self._unsettled.items() if not unsettled]:
            _, forget = self._unsettled.pop(folder)
            forget(folder)


def _blamed(claims: Sequence[Inherited], known: Collection[str]) -> list[Inherited]:
    """One of those that had begun, whatever waited for them to end; nobody, where a start is to blame."""
    if any(one.felled for one in claims):
        return [one._replace(blamed=False) for one in claims]
    begun = [one for one in claims if one.claim.job.kind == "callable" or one.began or key_of(one.claim.key) in known]
    to_blame = blamed([one.claim for one in begun])
    return [one._replace(blamed=one.blamed or one.claim.key == to_blame) for one in claims]
