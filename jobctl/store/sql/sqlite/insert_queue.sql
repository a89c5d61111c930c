-- Declare a queue.
INSERT INTO queues (name, slots, rate_count, rate_per) VALUES (?, ?, ?, ?)
