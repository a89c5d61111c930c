-- Runs that stand for a nominal time.
r.scheduled_for IS NOT NULL
