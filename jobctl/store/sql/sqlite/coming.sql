-- What time will change next: the next delayed run, the next expiry, the next end of a pause.
SELECT (SELECT min(due_at) FROM runs WHERE state = 'waiting' AND ready = 0 AND due_at IS NOT NULL),
    (SELECT min(expires_at) FROM runs WHERE state = 'waiting' AND expires_at IS NOT NULL),
    (SELECT min(until_at) FROM pauses WHERE until_at IS NOT NULL)
