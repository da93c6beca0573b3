"""The single file of an explorer: the pages, their script and the contents, to be opened by a double click."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING

from corridor.data.files import write_whole
from corridor.errors import InputError, Problem, reason
from corridor.seals import shipped

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 8_000_000
"""Size of a file that can still be mailed."""
SCRIPT, STYLE = "explorer/bundle/explorer.js", "explorer/bundle/explorer.css"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<div id="explorer"><noscript>These pages need JavaScript. Nothing is loaded from elsewhere.</noscript></div>
<script type="text/plain" id="contents">{contents}</script>
<script>{script}</script>
</body>
</html>
"""


def bundle() -> tuple[str, str]:
    """Return the script and the style sheet of the pages, as `scripts/bundle.py` built them from `ui/`.

    Raises
    ------
    InputError : they are missing, or were changed since they were sealed
    """
    return shipped(SCRIPT).decode(), shipped(STYLE).decode()


def single_file(contents: bytes, title: str) -> bytes:
    """Return the page with its contents inside; it may load nothing from anywhere.

    Parameters
    ----------
    contents : a container
    title : of the window until the contents are unpacked
    """
    script, style = bundle()
    script = script.replace("</script", "<\\/script")
    policy = (
        f"default-src 'none'; script-src 'sha256-{_sum(script)}'; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    inside = base64.b64encode(contents).decode()
    return PAGE.format(policy=policy, title=escape(title), style=style, contents=inside, script=script).encode()


def _sum(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def write_single_file(contents: bytes, title: str, path: Path) -> Path:
    """Write the page, whole or not at all, and return its path.

    Raises
    ------
    InputError : it would be too large to be mailed, or the system refuses to write it
    """
    page = single_file(contents, title)
    if len(page) > MOST_BYTES:
        fault = f"the file would have {len(page) / 1e6:.1f} MB, and {MOST_BYTES / 1e6:.0f} MB are allowed"
        raise InputError(Problem(fault, "Take a run that ends earlier or keeps fewer corridors", str(path)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, page)
    except OSError as error:
        raise InputError(
            Problem(f"the file cannot be written ({reason(error)})", "Name another file", str(path))
        ) from error
    return path
