-- Declare a limit.
INSERT INTO limits (name, units) VALUES (?, ?)
