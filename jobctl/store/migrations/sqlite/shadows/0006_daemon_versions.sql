-- Nothing is known of versions, and what a foreground run says of its own is for itself alone.

CREATE TEMP TABLE daemon_versions (daemon_id INTEGER PRIMARY KEY, version TEXT NOT NULL) STRICT;
