-- Say of which version a daemon is.
INSERT INTO daemon_versions (daemon_id, version) VALUES (?, ?)
