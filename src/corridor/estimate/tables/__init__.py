"""Tables fitted to their margins, to totals of blocks and to net migration."""
