"""`jobctl validate`: check catalogs, touch nothing."""

import os

from jobctl.actions.validate import Verdict, validate
from jobctl.catalog.zone import machine_zone
from jobctl.cli.context import catalog_paths, now
from jobctl.cli.options import CatalogPaths, Json
from jobctl.cli.output import print_json, print_line, problem_json, tell_problems
from jobctl.model.errors import CatalogInvalid


def command(
    paths: CatalogPaths = None,
    as_json: Json = False,
) -> int:
    """Check catalogs without touching anything.

    Names every problem with its file, line and column; exits with 2 if there is one. Warnings do not count.

    Example: `jobctl validate jobs.d/`
    """
    verdict = validate(catalog_paths(paths), machine_zone(os.environ), os.geteuid(), now())
    if as_json:
        print_json(_shape(verdict))
        return 0 if verdict.valid else CatalogInvalid.status
    if not verdict.valid:
        raise CatalogInvalid(verdict.problems)
    tell_problems(verdict.problems)
    print_line(f"{verdict.jobs} job{'' if verdict.jobs == 1 else 's'}, no errors")
    return 0


def _shape(verdict: Verdict) -> dict[str, object]:
    return {"jobs": verdict.jobs, "problems": [problem_json(problem) for problem in verdict.problems]}
