-- Little output is kept in the row of its attempt; NULL: it has printed nothing, or has a log file.

ALTER TABLE attempts ADD COLUMN output BLOB;
