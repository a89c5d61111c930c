-- Runs that are skipped, found in their own index.
r.state = 'skipped' AND r.finished_at IS NOT NULL AND r.state <> 'succeeded'
