-- Every declared queue.
SELECT name, slots, rate_count, rate_per FROM queues ORDER BY name
