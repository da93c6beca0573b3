"""What the server allows: sizes, times and numbers."""

from __future__ import annotations

MOST_BYTES = 2_000_000
"""Of the body of a request."""
DEEPEST = 50
"""Lists and tables of JSON inside each other."""
MOST_SECONDS = 30.0
"""That a request may take."""
MOST_ROWS = 1000
"""Of a page of a table."""
MOST_RUNNING, MOST_QUEUED = 2, 20
"""Jobs that run at once, and that wait."""
MOST_REMEMBERED = 100
"""Jobs that are over and still told of."""
MOST_DRAWS = 10_000
"""Of a job."""
MOST_PREVIEWS = 4
"""Previews that are computed or wait: each takes a second of all processors."""
MOST_WORLDS = 2
"""Worlds of runs that stand in memory, half a gigabyte each."""
MOST_CACHED = 8
"""Contents that the user's cache folder keeps, some megabytes each."""
