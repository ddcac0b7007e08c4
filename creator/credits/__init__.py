"""Credits: what a creator has, what is held for work under way, and a receipt of every movement."""
