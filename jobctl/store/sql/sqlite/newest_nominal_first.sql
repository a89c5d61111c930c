-- The newest nominal time first, so many.
ORDER BY r.scheduled_for DESC LIMIT :limit
