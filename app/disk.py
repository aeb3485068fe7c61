"""What must outlive a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def settle(path: Path) -> None:
    """Have the file `path`, or the names that the folder `path` holds, reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
