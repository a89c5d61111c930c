-- Nobody judges later: a run that is promised here starts when it is due, as those of older clients do.

CREATE TEMP TABLE unjudged (run_id INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, overlap TEXT NOT NULL) STRICT;
