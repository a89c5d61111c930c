-- The newest first, so many.
ORDER BY r.run_id DESC LIMIT :limit
