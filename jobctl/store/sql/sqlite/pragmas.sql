-- How every connection behaves.
PRAGMA foreign_keys = ON;
PRAGMA journal_size_limit = 67108864;
PRAGMA mmap_size = 0;
