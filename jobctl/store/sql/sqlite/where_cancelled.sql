-- Runs that are cancelled, found in their own index.
r.state = 'cancelled' AND r.finished_at IS NOT NULL AND r.state <> 'succeeded'
