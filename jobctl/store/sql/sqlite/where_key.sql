-- Runs by a key; the plus keeps its index out, since which runs are looked at is given already.
+r.key = :key
