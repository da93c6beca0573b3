"""Wrong files in great number: every reader must refuse, note or accept them, and never break down (`make fuzz`)."""
