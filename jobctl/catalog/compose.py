"""YAML events to a tree, within bounds: depth, number of nodes, aliases expanded, no tags that build objects."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from jobctl.catalog.node import Entry, Items, Node, Part, Scalar, Source, Table, shortened
from jobctl.model.problem import MOST_TOLD, Problem

MAX_DEPTH = 64
MAX_NODES = 250_000
MAX_WIDTH = 10_000
MAX_ANCHORS = 1_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PREFIX = "tag:yaml.org,2002:"
_SCALAR_TAGS = ("str", "int", "float", "bool", "null")


class TooMuch(Exception):
    """The file goes beyond a bound; `problem` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Composer:
    """Builds the tree of one document; `problems` holds what was wrong on the way, `path` where it is now."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._count = 0
        self._documents = 0

    @property
    def path(self) -> list[Part]:
        """The path of the value that comes next."""
        return [part for frame in self._open if (part := frame.part) is not None]

    @property
    def in_flow(self) -> bool:
        """Whether the value that comes next is inside `[...]` or `{...}`."""
        return bool(self._open) and self._open[-1].flow

    def compose(self, text: str) -> None:
        """Read `text`; raises yaml.YAMLError for what is no YAML and TooMuch beyond a bound."""
        for event in self._events(text):
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    place = self._node(Node, event)
                    self.problems.append(
                        place.problem([], "a second document starts here; put it in a file of its own and `include` it")
                    )
                    return
            elif isinstance(event, yaml.ScalarEvent):
                self._add(_Anchored(self._scalar(event), 1, 0), event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end()

    def _events(self, text: str) -> Iterator[Any]:
        loader = _LOADER(text)
        try:
            while loader.check_event():
                yield loader.get_event()
        finally:
            loader.dispose()

    def _node(self, kind: Any, event: Any, *args: Any) -> Any:
        return kind(self.source, event.start_mark.line + 1, event.start_mark.column + 1, *args)

    def _scalar(self, event: Any) -> Scalar:
        node: Scalar = self._node(Scalar, event, event.value, not event.style)
        tag = self._tag(node, event.tag, _SCALAR_TAGS)
        node.tag = "str" if event.tag == "!" else tag
        return node

    def _tag(self, node: Node, tag: str | None, allowed: tuple[str, ...]) -> str | None:
        if tag in (None, "!"):
            return None
        short = str(tag).removeprefix(_PREFIX)
        if short in allowed:
            return short
        node.bad = True
        shown = f"!!{short}" if str(tag).startswith(_PREFIX) else str(tag)
        self.problems.append(node.problem(self.path, f"the tag `{shown[:60]}` is not allowed; write plain values"))
        return None

    def _start(self, event: Any) -> None:
        is_table = isinstance(event, yaml.MappingStartEvent)
        node = self._node(Table if is_table else Items, event)
        if len(self._open) >= MAX_DEPTH:
            raise TooMuch(node.problem([], f"nested more than {MAX_DEPTH} levels deep"))
        self._tag(node, event.tag, ("map",) if is_table else ("seq",))
        self._open.append(_Open(node, event.anchor, self._count, bool(event.flow_style)))
        if event.anchor:
            self._anchors.pop(event.anchor, None)

    def _end(self) -> None:
        frame = self._open.pop()
        if isinstance(frame.node, Table):
            self._finish(frame.node)
        self._count += 1
        self._add(_Anchored(frame.node, self._count - frame.count, frame.height + 1), frame.anchor)

    def _alias(self, event: Any) -> None:
        place: Node = self._node(Node, event)
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            inside = any(frame.anchor == event.anchor for frame in self._open)
            what = "lies inside what it names" if inside else "names nothing defined before it"
            message = f"the alias `*{event.anchor[:60]}` {what}; write text that starts with * in quotes"
            self.problems.append(place.problem(self.path, message))
            lost = Scalar(place.source, place.line, place.column, f"*{event.anchor}", bad=True)
            anchored = _Anchored(lost, 1, 0)
        if len(self._open) + anchored.height > MAX_DEPTH:
            raise TooMuch(place.problem([], f"nested more than {MAX_DEPTH} levels deep"))
        self._count += anchored.size
        self._check_count(place)
        self._put(anchored)

    def _add(self, new: "_Anchored", anchor: str | None) -> None:
        """Put a finished node where it belongs."""
        if isinstance(new.node, Scalar):
            self._count += 1
        self._check_count(new.node)
        if anchor:
            if len(self._anchors) >= MAX_ANCHORS:
                raise TooMuch(new.node.problem([], f"more than {MAX_ANCHORS:,} anchors"))
            self._anchors[anchor] = new
        self._put(new)

    def _check_count(self, place: Node) -> None:
        if self._count > MAX_NODES:
            raise TooMuch(place.problem([], f"more than {MAX_NODES:,} values, aliases expanded"))

    def _check_width(self, frame: "_Open", place: Node) -> None:
        """Only jobs may be many: each wrong value of another collection costs its words."""
        frame.width += 1
        if frame.width > frame.widest and not (len(self._open) == 2 and self._open[0].part == "jobs"):
            raise TooMuch(place.problem([], f"more than {MAX_WIDTH:,} values in one list or mapping"))
        self._check_problems(place)

    def _check_problems(self, place: Node) -> None:
        if len(self.problems) > MOST_TOLD:
            raise TooMuch(place.problem([], f"more than {MOST_TOLD:,} problems; what follows is not read"))

    def _put(self, new: "_Anchored") -> None:
        if self._open:
            frame = self._open[-1]
            self._check_width(frame, new.node)
            frame.height = max(frame.height, new.height)
            frame.add(new.node, self)
        else:
            self.root = new.node

    def refuse_key(self, node: Node) -> None:
        """Tell that a list or a mapping was typed as a key."""
        self.problems.append(node.problem(self.path, "a key must be text, not a list or a mapping"))

    def _finish(self, table: Table) -> None:
        """Refuse duplicate keys, then bring in what `<<` names."""
        seen: dict[str, Entry] = {}
        for entry in table.entries:
            first = seen.setdefault(entry.name, entry)
            if first is not entry:
                path = [*self.path, entry.name]
                message = f"duplicate key `{shortened(entry.name)}`, first given at {first.key.where}"
                self.problems.append(entry.key.problem(path, message))
                self._check_problems(entry.key)
        merges = [entry for entry in seen.values() if entry.name == "<<" and entry.key.plain]
        entries = [entry for entry in seen.values() if entry not in merges]
        for merge in merges:
            for entry in self._merged(merge):
                if entry.name not in seen:
                    seen[entry.name] = entry
                    entries.append(entry)
                    self._count += 1
        table.entries = entries

    def _merged(self, merge: Entry) -> Iterator[Entry]:
        tables = merge.value.items if isinstance(merge.value, Items) else [merge.value]
        for table in tables:
            if isinstance(table, Table):
                yield from table.entries
            elif not table.bad:
                self.problems.append(table.problem([*self.path, "<<"], "expected a mapping to merge"))


class _Anchored(NamedTuple):
    """A finished node: how many nodes it is, and how deep they nest."""

    node: Node
    size: int
    height: int


class _Open:
    """A collection whose end has not come yet."""

    def __init__(self, node: Table | Items, anchor: str | None, count: int, flow: bool) -> None:
        self.node, self.anchor, self.count, self.flow = node, anchor, count, flow
        self.height = self.width = 0
        self.widest = MAX_WIDTH * 2 if isinstance(node, Table) else MAX_WIDTH
        self.key: Scalar | None = None
        self.wants_key = isinstance(node, Table)

    @property
    def part(self) -> Part | None:
        """The key or index of the value that comes next; None where a key comes next."""
        if isinstance(self.node, Items):
            return len(self.node.items)
        return self.key.text if self.key is not None and not self.wants_key else None

    def add(self, node: Node, composer: Composer) -> None:
        """Take the next item, key or value."""
        if isinstance(self.node, Items):
            self.node.items.append(node)
        elif self.wants_key:
            if not isinstance(node, Scalar):
                composer.refuse_key(node)
                self.node.bad = True
            self.key = node if isinstance(node, Scalar) else None
            self.wants_key = False
        else:
            if self.key is not None:
                self.node.entries.append(Entry(self.key, self.key.text, node))
            self.wants_key = True
