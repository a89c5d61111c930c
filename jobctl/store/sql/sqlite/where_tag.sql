-- Runs whose definition bears a tag.
r.definition_id IN (SELECT d.definition_id FROM definitions d, json_each(d.body, '$.tags') t WHERE t.value = :tag)
