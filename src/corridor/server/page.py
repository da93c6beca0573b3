"""The page that loads the explorer from the server."""

from __future__ import annotations

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Corridor</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/explorer.css">
<script src="/explorer.js" defer></script>
</head>
<body>
<div id="explorer"><noscript>These pages need JavaScript. Nothing is loaded from elsewhere.</noscript></div>
</body>
</html>
"""
