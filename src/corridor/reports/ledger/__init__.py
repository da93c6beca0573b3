"""The ledger of two sides."""
