"""Why flows change: the question, its answer, its page."""
