-- Every declared queue.
SELECT name, max(0, min(slots, 2147483647)), rate_count, rate_per FROM queues ORDER BY name
