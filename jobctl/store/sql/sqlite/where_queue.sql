-- Runs by queue.
l.queue = :queue
