-- Runs of any of these definitions: of those that bear a tag.
r.definition_id IN (SELECT value FROM json_each(:definition_ids))
