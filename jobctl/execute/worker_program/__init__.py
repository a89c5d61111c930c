"""The program of a worker process, run by its path in the interpreter that a job names: `_jobctl_worker.program`."""
