-- Whether the file is whole.
PRAGMA quick_check
