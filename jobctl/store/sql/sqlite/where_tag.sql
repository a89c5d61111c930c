-- Runs whose definition bears a tag.
r.definition_id IN (SELECT value FROM json_each(:tag))
