"""A document for people to look at: its command, its graph, its reframe modes side by side."""
