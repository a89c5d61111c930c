-- The newest run id ever given.
SELECT seq FROM sqlite_sequence WHERE name = 'runs'
