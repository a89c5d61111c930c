-- A job comes from another file.
UPDATE jobs SET source = ? WHERE name = ? AND retired_at IS NULL
