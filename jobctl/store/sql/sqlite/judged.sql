-- The overlap of a run is judged.
DELETE FROM unjudged WHERE run_id = ?
