-- A waiting run belongs to one daemon, which will come for it.
UPDATE runs SET daemon_id = ? WHERE run_id = ? AND state = 'waiting'
