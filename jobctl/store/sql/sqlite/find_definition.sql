-- A definition by its digest.
SELECT definition_id FROM definitions WHERE digest = ?
