"""Random numbers that depend on what they are for, not on when, where or in which batch they are drawn.

Philox (Salmon et al. 2011, *Parallel random numbers: as easy as 1, 2, 3*) turns a key and a counter into numbers; the
key here is a digest of a seed and of the names and numbers of a stream, so that any two streams are independent.
"""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, *names_or_numbers: str | int) -> np.random.Generator:
    """Return the generator of a stream, such as stream(1, "fertility", trajectory), at its beginning.

    Parameters
    ----------
    seed : the user's
    names_or_numbers : what the numbers are for; other names, other numbers, or another order is another stream
    """
    # a NumPy integer must name the same stream as the number it stands for
    name = repr((int(seed), *(part if isinstance(part, str) else int(part) for part in names_or_numbers)))
    key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=key))
