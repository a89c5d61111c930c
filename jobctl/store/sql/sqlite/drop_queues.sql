-- Forget the declared queues.
DELETE FROM queues
