-- Whose file this is, and the number of migrations that were applied.
PRAGMA application_id
