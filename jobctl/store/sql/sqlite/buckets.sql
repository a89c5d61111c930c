-- The token buckets.
SELECT kind, name, tokens, filled_at FROM buckets
