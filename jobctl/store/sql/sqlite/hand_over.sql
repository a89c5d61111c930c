-- The claims of one daemon become those of another; their fences stay.
UPDATE runs SET daemon_id = ? WHERE state = 'running' AND daemon_id = ?
