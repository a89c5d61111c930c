-- How durable a commit is.
PRAGMA synchronous
