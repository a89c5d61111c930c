-- A lane by job, queue and whether its runs may overlap.
SELECT lane_id FROM lanes WHERE job = ? AND queue = ? AND exclusive = ?
