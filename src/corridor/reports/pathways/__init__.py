"""Plans of legal pathways."""
