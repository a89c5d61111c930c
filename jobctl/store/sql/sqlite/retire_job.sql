-- Take a job out of force.
UPDATE jobs SET retired_at = ? WHERE name = ? AND retired_at IS NULL
