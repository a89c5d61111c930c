-- How many runs of a job ended in each state.
SELECT state, sum(max(0, min(runs, 1 << 53))) FROM tallies WHERE job = ? GROUP BY state
