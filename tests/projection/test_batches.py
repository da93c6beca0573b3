from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_info

from corridor.projection.batches import in_order


def _threads(_piece: int = 0) -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_linear_algebra_has_one_thread_a_worker_while_pieces_run_and_what_it_had_afterwards():
    before = _threads()
    assert all(threads == {1} for threads in in_order(_threads, range(3)))
    assert _threads() == before


def test_results_come_in_the_order_of_the_pieces():
    assert list(in_order(lambda piece: piece * piece, range(20), workers=3)) == [piece * piece for piece in range(20)]
