-- Tell a state from the others by comparisons, the most frequent ones first: `IN` builds a table of all six for every row
-- that is written, which was a twelfth of a claim and its end.
-- SQLite alters no constraint but in the text of its schema; nothing changes on disk by that
-- (sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''waiting'', ''running'', ''succeeded'', ''failed'', ''cancelled'', ''skipped''))',
    'CHECK (state = ''running'' OR state = ''succeeded'' OR state = ''waiting'' OR state = ''failed'''
    || ' OR state = ''cancelled'' OR state = ''skipped'')')
WHERE type = 'table' AND name = 'runs';
PRAGMA writable_schema = RESET;
