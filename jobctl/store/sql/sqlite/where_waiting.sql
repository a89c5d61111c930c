-- Runs that are waiting, found in their own index.
r.run_id IN (SELECT live.run_id FROM runs live INDEXED BY runs_waiting WHERE live.state = 'waiting')
