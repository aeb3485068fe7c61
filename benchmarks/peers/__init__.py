"""Other programs doing the same thing, on the same machine, in the same minutes (make bench-peers)."""
