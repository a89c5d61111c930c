-- Every limit.
SELECT name, units FROM limits ORDER BY name
