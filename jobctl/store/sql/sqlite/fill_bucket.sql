-- Keep a token bucket.
INSERT INTO buckets (kind, name, tokens, filled_at) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, name) DO UPDATE SET tokens = excluded.tokens, filled_at = excluded.filled_at
