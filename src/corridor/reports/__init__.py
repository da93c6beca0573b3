"""What a reader sees: tables, figures and the HTML brief."""
