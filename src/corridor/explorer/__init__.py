"""The explorer: pages in which a reader looks at runs, in one file or from `corridor serve`."""
