"""What the program costs, measured beside the limit it is held against (docs: `make help`, bench, bench-peers, audit)."""
