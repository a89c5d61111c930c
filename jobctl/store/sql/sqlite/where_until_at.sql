-- Runs by until_at.
r.created_at < :until_at
