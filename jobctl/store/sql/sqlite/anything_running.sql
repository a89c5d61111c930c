-- Whether anything runs.
SELECT EXISTS (SELECT 1 FROM runs WHERE state = 'running')
