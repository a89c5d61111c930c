-- Forget the limits.
DELETE FROM limits
