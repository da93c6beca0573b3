"""Users' tables: read, checked, kept and written."""
