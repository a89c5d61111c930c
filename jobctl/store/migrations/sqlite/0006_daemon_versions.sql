-- Which version of jobctl a daemon is of; one without a row is of a version that did not say so.
-- oldest: 4

CREATE TABLE daemon_versions (
    daemon_id INTEGER PRIMARY KEY REFERENCES daemons ON DELETE CASCADE,
    version   TEXT NOT NULL
) STRICT;
