"""What `make demo` runs: jobs.example.yaml in a scratch folder, from the deployment to the last log line."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

JOBCTL = sys.argv[1]
SCRATCH = Path(".demo")
ENVIRONMENT = {**os.environ, "JOBCTL_DB": str(SCRATCH / "jobctl.db")}
PICTURES = SCRATCH / "pictures.jsonl"


def main():
    """Deploy, promise, execute, look."""
    start_afresh()
    say("Deploy the catalog: all or nothing.")
    jobctl("apply", "jobs.example.yaml")
    say("Promise some runs. Each is on disk before the command returns.")
    promise()
    say("Start a daemon that ends when nothing is left to do. Its log: .demo/daemon.log")
    watch_until_idle()
    say("That was it. What there is to see:")
    jobctl("status")
    say("One run failed first and succeeded then; its newest attempt said:")
    jobctl("logs", "flaky-sync")
    say("One failed for good, and its `on_failure` wrote .demo/files/alerts.log:")
    print((SCRATCH / "files/alerts.log").read_text(encoding="utf-8"), end="")
    print(NEXT.format(folder=Path(JOBCTL).absolute().parent), end="")


NEXT = """
Try next:
  export JOBCTL_DB=.demo/jobctl.db PATH="{folder}:$PATH"
  jobctl show import-orders            a job: its definition, its figures, its last runs
  jobctl runs --state failed           what waits for somebody to look
  jobctl next backup-shop              the coming nights, also those when the clock changes
  jobctl run greet -p name=you         a run in the foreground, no daemon needed
  jobctl enqueue seed-shop             promise one more, then: jobctl daemon --until-idle
  less jobs.example.yaml               the catalog, with comments
The tutorial goes on from here: docs/tutorial/first-jobs.md
"""


def start_afresh():
    """An empty scratch folder."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir()
    names = ["harbour", "lighthouse", "dunes", "pier", "gulls", "ferry", "sunset", "boats", "beach", "storm"]
    lines = [json.dumps({"job": "thumbnail", "params": {"picture": name}, "key": name}) + "\n" for name in names]
    PICTURES.write_text("".join(lines), encoding="utf-8")


def promise():
    """Enqueue runs of all kinds."""
    jobctl("enqueue", "seed-shop")
    for job in ["disk-report", "log-summary", "flaky-sync", "import-orders"]:
        jobctl("enqueue", job, notes=False)
    jobctl("enqueue", "backup-shop", "--priority", "-1", notes=False)
    jobctl("enqueue", "greet", "-p", "name=$(not executed); really", notes=False)
    jobctl("enqueue", "greet", "-p", "name=later", "--in", "10m", notes=False)
    jobctl("enqueue", "--from", str(PICTURES), notes=False)
    jobctl("enqueue", "--name", "by-hand", "--", "sh", "-c", "echo an ad-hoc command, in $PWD", notes=False)


def watch_until_idle():
    """On a terminal show the live status beside the daemon; elsewhere just wait for it."""
    tell("daemon", "--until-idle")
    with open(SCRATCH / "daemon.log", "wb") as log:
        daemon = subprocess.Popen([JOBCTL, "daemon", "--until-idle"], env=ENVIRONMENT, stderr=log)
    view = subprocess.Popen([JOBCTL, "status", "--watch"], env=ENVIRONMENT) if sys.stdout.isatty() else None
    try:
        status = daemon.wait()
    except KeyboardInterrupt:
        daemon.terminate()
        daemon.wait()
        sys.exit(130)
    finally:
        if view is not None:
            view.terminate()
            view.wait()
    if status != 0:
        sys.exit(f"error: the daemon ended with status {status}\nhint: see .demo/daemon.log")


def jobctl(*arguments, notes=True):
    """Show a command, run it, and stop the demo if it fails. Without `notes`, what it says on stderr only then."""
    tell(*arguments)
    done = subprocess.run(
        [JOBCTL, *arguments], env=ENVIRONMENT, stderr=None if notes else subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(done.stderr or done.returncode)


def say(text):
    """One sentence about what comes."""
    print(f"\n{text}", flush=True)


def tell(*arguments):
    """A command as one would type it."""
    quoted = [f"'{a}'" if set(a) & set(" $;()") else a for a in arguments]
    print("$ jobctl", *quoted, flush=True)


if __name__ == "__main__":
    main()
