-- A power cut may undo the newest commits.
PRAGMA synchronous = NORMAL
