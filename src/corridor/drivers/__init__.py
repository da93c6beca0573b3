"""What moves the flows: one module a channel, all answering the same question in the same form."""
