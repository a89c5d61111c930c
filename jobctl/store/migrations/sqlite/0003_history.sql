-- Ways through history: a queue's runs by their lanes, and runs that ended with another exit code than 0.

CREATE INDEX runs_lane ON runs (lane_id, run_id);
CREATE INDEX runs_exit_code ON runs (exit_code, run_id) WHERE exit_code <> 0;
