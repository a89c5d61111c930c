-- Everything that is held.
SELECT kind, name, until_at, reason, actor, paused_at FROM pauses
