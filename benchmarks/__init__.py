"""What the program costs, measured beside the limit it is held against (make bench, make bench-peers, make audit)."""
