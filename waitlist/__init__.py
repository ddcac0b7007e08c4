"""The door of the beta: who waits, in which order, and who is let in, by whom and why."""
