-- Write a definition as its digest says it was.
UPDATE definitions SET body = ? WHERE definition_id = ?
