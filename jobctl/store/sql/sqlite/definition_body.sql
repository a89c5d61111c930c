-- A definition.
SELECT body FROM definitions WHERE definition_id = ?
