-- Runs that are failed, found in their own index.
r.state = 'failed' AND r.finished_at IS NOT NULL AND r.state <> 'succeeded'
