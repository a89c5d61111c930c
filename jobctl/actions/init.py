"""Write a first catalog."""

from pathlib import Path

from jobctl.model.errors import Refused, UsageError, reason_of

CATALOG = """\
# yaml-language-server: $schema=./jobs.schema.json
#
# A catalog of jobs. `jobctl validate` checks it, `jobctl plan` shows what deploying it would change,
# `jobctl apply` deploys it, `jobctl daemon` executes what is due. Every key: `jobctl schema`, or the reference.
# For completion in an editor: `jobctl schema > jobs.schema.json`, which the first line names.

version: 1

# Merged under every job: `env` and `secrets` by name, other keys are replaced.
# defaults:
#   timezone: Europe/Berlin     # else the zone of the machine that deploys
#   env: {STAGE: production}

# So many runs at a time, over all daemons. A queue that is not named here has no bound.
queues:
  default: {slots: 4}

jobs:
  # The least a job needs: what to run. `jobctl enqueue hello -p name=Ada` promises a run.
  hello:
    description: Say hello
    run: echo "hello, $JOBCTL_PARAM_NAME"     # a string goes to /bin/sh; params come as JOBCTL_PARAM_*
    params:
      name: {type: string, default: world}

  # A schedule as in a crontab. Quote it: a leading * or @ means something else to YAML.
  # What it means, and when it fires: `jobctl next "30 2 * * *"`
  cleanup:
    description: Delete what is older than a week from the cache
    run: [find, ./cache, -type, f, -mtime, +7, -delete]      # a list is executed without a shell
    schedule: "30 2 * * *"
    timeout: 10m            # of one attempt; then it is stopped
    retry: 2                # at most two more attempts
    overlap: skip           # not while the run before has not ended
    enabled: false          # deployed, but it does not fire yet: remove this line

  # A function of yours, called in a worker process: params become keyword arguments.
  # thumbnails:
  #   call: shop.images:make_thumbnails
  #   params:
  #     album: {type: integer, required: true}
"""


def init(path: Path) -> None:
    """Write a commented catalog to `path`. Raises Refused if something is there already, UsageError for a folder."""
    if path.is_dir():
        raise UsageError(f"`{path}` is a folder", hint=f"name a file in it: `jobctl init {path / 'jobs.yaml'}`")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(CATALOG)
    except FileExistsError as error:
        raise Refused(f"`{path}` exists already", hint=f"name another file: `jobctl init {_other(path)}`") from error
    except OSError as error:
        raise UsageError(
            f"`{path}` cannot be written: {reason_of(error)}", hint="name a file in a folder of yours"
        ) from error


def _other(path: Path) -> Path:
    return path.with_name(f"more-{path.name}")
