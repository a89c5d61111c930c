-- Which SQLite this is.
SELECT sqlite_version()
