-- What was held until now.
SELECT kind, name, until_at FROM pauses WHERE until_at <= ?
