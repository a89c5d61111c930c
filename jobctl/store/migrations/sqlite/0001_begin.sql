-- The first schema: catalog, runs, daemons. Instants are epoch milliseconds.

-- Ids are never given twice: daemons keep parsed definitions by id.
CREATE TABLE definitions (
    definition_id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest        TEXT NOT NULL UNIQUE,
    body          TEXT NOT NULL
) STRICT;

CREATE TABLE deployments (
    deployment_id INTEGER PRIMARY KEY,
    deployed_at   INTEGER NOT NULL,
    who           TEXT NOT NULL,
    files         TEXT NOT NULL,
    commit_id     TEXT,
    message       TEXT
) STRICT;

CREATE TABLE jobs (
    job_id        INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    version       INTEGER NOT NULL,
    definition_id INTEGER NOT NULL REFERENCES definitions,
    source        TEXT NOT NULL,
    enabled       INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    deployed_at   INTEGER NOT NULL,
    retired_at    INTEGER
) STRICT;
CREATE INDEX jobs_definition ON jobs (definition_id);

CREATE TABLE job_versions (
    job_id        INTEGER NOT NULL REFERENCES jobs,
    version       INTEGER NOT NULL,
    definition_id INTEGER NOT NULL REFERENCES definitions,
    deployment_id INTEGER NOT NULL REFERENCES deployments,
    PRIMARY KEY (job_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_versions_definition ON job_versions (definition_id);

CREATE TABLE schedules (
    job_id      INTEGER PRIMARY KEY REFERENCES jobs,
    cursor_at   INTEGER NOT NULL,
    next_at     INTEGER,
    reboot      INTEGER NOT NULL CHECK (reboot IN (0, 1)),
    booted      TEXT
) STRICT;
CREATE INDEX schedules_next ON schedules (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX schedules_reboot ON schedules (job_id) WHERE reboot = 1;

CREATE TABLE queues (
    name       TEXT PRIMARY KEY,
    slots      INTEGER,
    rate_count INTEGER,
    rate_per   INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE limits (
    name  TEXT PRIMARY KEY,
    units INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pauses (
    kind      TEXT NOT NULL CHECK (kind IN ('job', 'queue')),
    name      TEXT NOT NULL,
    until_at  INTEGER,
    reason    TEXT,
    actor     TEXT NOT NULL,
    paused_at INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE buckets (
    kind        TEXT NOT NULL CHECK (kind IN ('job', 'queue')),
    name        TEXT NOT NULL,
    tokens      REAL NOT NULL,
    filled_at   INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- Grows with each change of what admission reads from the catalog: jobs, queues, limits, pauses.
CREATE TABLE generation (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    number   INTEGER NOT NULL
) STRICT;
INSERT INTO generation VALUES (1, 1);

-- A lane is what admission decides about as one: runs of one job in one queue. Ad-hoc runs that may
-- overlap share a lane (job '').
CREATE TABLE lanes (
    lane_id   INTEGER PRIMARY KEY,
    queue     TEXT NOT NULL,
    job       TEXT NOT NULL,
    exclusive INTEGER NOT NULL CHECK (exclusive IN (0, 1)),
    UNIQUE (job, queue, exclusive)
) STRICT;

CREATE TABLE daemons (
    daemon_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,
    host          TEXT NOT NULL,
    pid           INTEGER NOT NULL,
    pid_started   INTEGER NOT NULL,
    boot_id       TEXT NOT NULL,
    pid_namespace TEXT NOT NULL,
    slots         INTEGER NOT NULL,
    queues        TEXT NOT NULL,
    foreground    INTEGER NOT NULL CHECK (foreground IN (0, 1)),
    wake_path     TEXT,
    holders       TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('running', 'stopping', 'stopped')),
    started_at    INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX daemons_alive ON daemons (daemon_id) WHERE state <> 'stopped';

-- `definition_id` and `daemon_id` are no foreign keys: a deletion there would search all runs.
CREATE TABLE runs (
    run_id           INTEGER PRIMARY KEY AUTOINCREMENT,
    job              TEXT NOT NULL,
    job_version      INTEGER,
    definition_id    INTEGER NOT NULL,
    lane_id          INTEGER NOT NULL REFERENCES lanes,
    state            TEXT NOT NULL
                     CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'cancelled', 'skipped')),
    reason           TEXT,
    priority         INTEGER NOT NULL,
    ready            INTEGER NOT NULL CHECK (ready IN (0, 1)),
    due_at           INTEGER,
    expires_at       INTEGER,
    params           TEXT NOT NULL,
    key              TEXT,
    unique_until     INTEGER,
    unique_for       INTEGER NOT NULL,
    correlation_id   TEXT,
    scheduled_for    INTEGER,
    missed_from      INTEGER,
    missed_times     INTEGER,
    claims           INTEGER NOT NULL DEFAULT 0,
    failures         INTEGER NOT NULL DEFAULT 0,
    losses           INTEGER NOT NULL DEFAULT 0,
    daemon_id        INTEGER,
    stop             TEXT CHECK (stop IN ('operator', 'replaced')),
    exit_code        INTEGER,
    signal           TEXT,
    error            TEXT,
    result           TEXT,
    percent          REAL,
    progress_message TEXT,
    created_at       INTEGER NOT NULL,
    created_by       TEXT NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER,
    CHECK ((state IN ('waiting', 'running')) = (finished_at IS NULL)),
    CHECK ((state = 'running') <= (daemon_id IS NOT NULL))
) STRICT;

-- What can be claimed, in the order of claiming; `ready` is 1 once `due_at` has come.
CREATE INDEX runs_waiting ON runs (lane_id, ready, priority DESC, due_at, run_id) WHERE state = 'waiting';
CREATE INDEX runs_front ON runs (priority DESC, due_at, run_id, lane_id) WHERE state = 'waiting' AND ready = 1;
CREATE INDEX runs_due ON runs (due_at, lane_id, reason) WHERE state = 'waiting' AND ready = 0;
CREATE INDEX runs_running ON runs (lane_id, job, daemon_id) WHERE state = 'running';
-- A run that waits and has been claimed before is under way: overlap counts it as running.
CREATE INDEX runs_live ON runs (job, state, claims) WHERE finished_at IS NULL;
CREATE INDEX runs_stop ON runs (daemon_id) WHERE state = 'running' AND stop IS NOT NULL;
CREATE INDEX runs_expiring ON runs (expires_at) WHERE state = 'waiting' AND expires_at IS NOT NULL;
CREATE UNIQUE INDEX runs_nominal ON runs (job, scheduled_for) WHERE scheduled_for IS NOT NULL;
CREATE UNIQUE INDEX runs_live_key ON runs (job, key) WHERE key IS NOT NULL AND finished_at IS NULL;
CREATE INDEX runs_key ON runs (key, job, run_id) WHERE key IS NOT NULL;
CREATE INDEX runs_job ON runs (job, run_id);
CREATE INDEX runs_finished ON runs (job, state, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX runs_unlucky ON runs (state, run_id) WHERE finished_at IS NOT NULL AND state <> 'succeeded';
CREATE INDEX runs_adhoc ON runs (definition_id) WHERE job_version IS NULL;
CREATE INDEX runs_correlation ON runs (correlation_id, run_id) WHERE correlation_id IS NOT NULL;

CREATE TABLE attempts (
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    daemon_id   INTEGER NOT NULL,
    pid         INTEGER,
    pid_started INTEGER,
    outcome     TEXT,
    state       TEXT,
    reason      TEXT,
    exit_code   INTEGER,
    signal      TEXT,
    error       TEXT,
    claimed_at  INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

-- Steps that the run and attempt rows do not tell: an operator's cancel and retry, an expiry, a skip at birth.
CREATE TABLE events (
    event_id   INTEGER PRIMARY KEY,
    run_id     INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    verb       TEXT NOT NULL,
    from_state TEXT,
    to_state   TEXT NOT NULL,
    reason     TEXT,
    actor      TEXT NOT NULL
) STRICT;
CREATE INDEX events_run ON events (run_id);

-- Finished runs that are kept, by job, state, hour of their end and queue: counts without a walk through history.
CREATE TABLE tallies (
    job     TEXT NOT NULL,
    state   TEXT NOT NULL,
    hour_at INTEGER NOT NULL,
    queue   TEXT NOT NULL,
    runs    INTEGER NOT NULL,
    PRIMARY KEY (job, state, hour_at, queue)
) STRICT, WITHOUT ROWID;
CREATE INDEX tallies_hour ON tallies (state, hour_at);
