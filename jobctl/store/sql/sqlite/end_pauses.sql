-- Let go of what was held until now.
DELETE FROM pauses WHERE until_at <= ?
