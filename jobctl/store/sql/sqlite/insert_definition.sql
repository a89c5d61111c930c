-- Keep a definition.
INSERT INTO definitions (digest, body) VALUES (?, ?) RETURNING definition_id
