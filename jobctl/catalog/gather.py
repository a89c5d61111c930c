"""Every file of a catalog: the given ones, those of given folders, and what they include."""

import os
from collections.abc import Sequence
from pathlib import Path

from jobctl.catalog.document import Document, take_apart
from jobctl.catalog.files import catalog_files, exists, read_file
from jobctl.catalog.keys import place_of
from jobctl.catalog.node import Node, Source, Table
from jobctl.catalog.yaml_reader import read_tree
from jobctl.model.errors import NotFound
from jobctl.model.problem import Problem
from jobctl.trust.opening import Unreadable

MAX_DEPTH = 8


def gather(paths: Sequence[Path]) -> tuple[list[Document], list[Problem]]:
    """The documents of all files in the order read, each file once. Raises NotFound for a path that is not there."""
    gathering = _Gathering()
    for path in paths:
        if not exists(path):
            raise NotFound(
                f"there is no catalog `{path}`", hint="run `jobctl init` to write a first one, or name another path"
            )
        files = catalog_files(absolute(path), str(path))
        if not files:
            place = Node(Source(str(path), absolute(path)), 1, 1)
            gathering.problems.append(place.problem([], "the folder holds no .yaml or .yml file"))
        for file, shown in files:
            gathering.read(file, shown, str(file), None, ())
    return gathering.documents, gathering.problems


def absolute(path: Path) -> Path:
    """The path from the root; links stay, since what they lead to may change from release to release."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


class _Gathering:
    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._seen: set[Path] = set()

    def read(
        self,
        path: Path,
        shown: str,
        origin: str,
        inherited: Table | None,
        stack: tuple[Path, ...],
        at: Node | None = None,
    ) -> None:
        """Read a file and what it includes; `at` is the `include` that names it, `stack` the files that led here."""
        real = _real(path)
        if real in self._seen:
            return
        self._seen.add(real)
        try:
            text, source = read_file(path, shown)
        except Unreadable as error:
            self._unreadable(path, shown, str(error), at)
            return
        tree, problems = read_tree(text, source)
        self.problems.extend(problems)
        if tree is None and problems:
            return
        document = take_apart(tree, source, origin, inherited)
        self.documents.append(document)
        self.problems.extend(document.problems)
        for index, name in enumerate(document.settings.include or ()):
            self._include(document, index, name, (*stack, real))

    def _unreadable(self, path: Path, shown: str, why: str, at: Node | None) -> None:
        if at is None:
            self.problems.append(Node(Source(shown, path), 1, 1).problem([], f"the file {why}"))
        else:
            self.problems.append(at.problem(["include"], f"the file `{shown}` {why}"))

    def _include(self, document: Document, index: int, name: str, stack: tuple[Path, ...]) -> None:
        assert document.root is not None
        place, where, _ = place_of(document.root, ["include", index])
        path = Path(os.path.normpath(document.source.folder / name))
        problem = _include_problem(name, path, stack)
        if problem:
            self.problems.append(place.problem(where, problem))
            return
        shown = os.path.normpath(Path(document.source.shown).parent / name)
        for file, file_shown in catalog_files(path, shown):
            self.read(file, file_shown, document.origin, document.defaults, stack, place)


def _include_problem(name: str, path: Path, stack: tuple[Path, ...]) -> str | None:
    if Path(name).is_absolute():
        return f'expected a path relative to this file, got "{name}"'
    if not exists(path):
        return f"there is no file `{path}`"
    real = _real(path)
    if real in stack:
        circle = [*stack[stack.index(real) :], real]
        return f"includes itself: {' -> '.join(file.name for file in circle)}"
    if len(stack) > MAX_DEPTH:
        return f"included more than {MAX_DEPTH} deep"
    return None
