-- Runs that are running, found in their own index.
r.run_id IN (SELECT live.run_id FROM runs live INDEXED BY runs_running WHERE live.state = 'running')
