-- How much there is in a file that may belong to another program.
SELECT count(*) FROM sqlite_schema
