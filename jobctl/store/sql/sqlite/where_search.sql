-- Runs that mention a text.
-- A million of them may be looked at. Names are few, so each is compared once; of what most runs do not have, that it is
-- missing is found out sooner than that it is not like the text.
(r.job IN (SELECT job FROM lanes WHERE job LIKE :search ESCAPE '\')
    OR (r.params <> '{}' AND r.params LIKE :search ESCAPE '\')
    OR (r.error IS NOT NULL AND r.error LIKE :search ESCAPE '\')
    OR (r.key IS NOT NULL AND r.key LIKE :search ESCAPE '\')
    OR (r.correlation_id IS NOT NULL AND r.correlation_id LIKE :search ESCAPE '\'))
