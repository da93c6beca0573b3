"""Speed, measured apart from the tests: CPU seconds and ratios."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does: matrices of 237 areas are small
