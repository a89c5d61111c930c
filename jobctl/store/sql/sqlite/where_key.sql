-- Runs by a key; of some that are given already.
+r.key = :key
