"""Why flows change: attribution to causes, comparison of scenarios, which parameters matter."""
