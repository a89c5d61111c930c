-- When the next run is due whose overlap is to be judged then.
SELECT min(due_at) FROM unjudged
