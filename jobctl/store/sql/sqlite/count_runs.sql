-- All runs there are, before they are migrated.
SELECT count(*) FROM runs
