-- When the next pause ends by itself.
SELECT min(until_at) FROM pauses WHERE until_at IS NOT NULL
