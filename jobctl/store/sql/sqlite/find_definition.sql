-- A definition by its digest.
SELECT definition_id, body FROM definitions WHERE digest = ?
