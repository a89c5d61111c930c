-- All runs; slow where there are many.
SELECT count(*) FROM runs
