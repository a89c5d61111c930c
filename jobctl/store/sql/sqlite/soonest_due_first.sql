-- What is due first, so many.
ORDER BY r.due_at, r.run_id LIMIT :limit
