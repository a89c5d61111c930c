-- Runs that mention a text.
(r.job LIKE :search ESCAPE '\' OR r.error LIKE :search ESCAPE '\' OR r.params LIKE :search ESCAPE '\'
    OR r.correlation_id LIKE :search ESCAPE '\' OR r.key LIKE :search ESCAPE '\')
