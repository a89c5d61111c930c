"""The same work by others: each peer in a module of its own, all measured by `side.py` in the same way."""
