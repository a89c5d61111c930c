-- How many runs of a job ended in each state.
SELECT state, sum(runs) FROM tallies WHERE job = ? GROUP BY state
