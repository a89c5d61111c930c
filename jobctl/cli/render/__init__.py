"""How views look: plain values in, lines out; Rich only puts colour on them."""
