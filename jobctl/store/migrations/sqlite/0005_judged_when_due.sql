-- Overlap is judged when a run is due. Those that are due later, under a policy that may keep them from starting:
-- oldest: 4

CREATE TABLE unjudged (
    run_id  INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
    due_at  INTEGER NOT NULL,
    overlap TEXT NOT NULL CHECK (overlap IN ('skip', 'queue', 'replace'))
) STRICT;
CREATE INDEX unjudged_due ON unjudged (due_at, run_id);

-- What is in the way of a run is found without a walk over those that are promised for later.
DROP INDEX runs_live;
CREATE INDEX runs_live ON runs (job, state, ready, claims) WHERE finished_at IS NULL;
