"""The verbs: name, module, one line of help, panel. A verb's module is imported only when the verb is called."""

from typing import NamedTuple


class Verb(NamedTuple):
    """One verb; its function is `command` in `jobctl.cli.commands.<module>`."""

    module: str
    help: str
    panel: str


_CATALOG, _RUNS, _OPERATE, _SERVE = "Catalog", "Runs", "Operate", "Serve and maintain"

VERBS: dict[str, Verb] = {
    "init": Verb("catalog.init", "Write a commented jobs.yaml to start from", _CATALOG),
    "validate": Verb("catalog.validate", "Check catalogs without touching anything", _CATALOG),
    "schema": Verb("catalog.schema", "Print the JSON Schema of a catalog", _CATALOG),
    "plan": Verb("catalog.plan", "Show what apply would change", _CATALOG),
    "apply": Verb("catalog.apply", "Deploy catalogs, all or nothing", _CATALOG),
    "jobs": Verb("catalog.jobs", "List deployed jobs", _CATALOG),
    "next": Verb("catalog.next", "Show the coming fires of an expression or a job", _CATALOG),
    "import": Verb("catalog.import_", "Print the catalog of a crontab or of systemd timers", _CATALOG),
    "enqueue": Verb("runs.enqueue.command", "Promise a run of a job, a command, or many at once", _RUNS),
    "run": Verb("runs.run", "Run a job now, in the foreground", _RUNS),
    "exec": Verb("runs.exec", "Wrap a command: record, lock, time out, retry it", _RUNS),
    "status": Verb("runs.status", "Show queues, daemons, running, coming and failed runs", _RUNS),
    "runs": Verb("runs.runs", "List runs, newest first", _RUNS),
    "show": Verb("runs.show", "Show everything known of a run or a job", _RUNS),
    "explain": Verb("runs.explain", "Tell why a run or a job is not running", _RUNS),
    "logs": Verb("runs.logs", "Print or follow the output of a run", _RUNS),
    "wait": Verb("runs.wait", "Wait until runs have ended", _RUNS),
    "progress": Verb("runs.progress", "Report progress from inside a job", _RUNS),
    "cancel": Verb("operate.cancel", "Cancel waiting and running runs", _OPERATE),
    "retry": Verb("operate.retry", "Run finished runs again with a fresh budget", _OPERATE),
    "pause": Verb("operate.pause", "Hold jobs or a queue", _OPERATE),
    "resume": Verb("operate.resume", "Let jobs or a queue go on", _OPERATE),
    "daemon": Verb("serve.daemon.command", "Schedule and execute until told to stop", _SERVE),
    "systemd": Verb("serve.systemd", "Print a unit of systemd for this installation", _SERVE),
    "migrate": Verb("serve.migrate", "Move the database to the newest schema", _SERVE),
    "prune": Verb("serve.prune", "Delete history beyond its keep", _SERVE),
    "doctor": Verb("serve.doctor", "Find what is wrong and say what to do", _SERVE),
}
