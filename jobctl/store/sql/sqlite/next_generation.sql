-- The catalog, a limit or a pause has changed.
UPDATE generation SET number = number + 1 WHERE only_row = 1
