"""The line itself: who waits, in which order, and how long it will take."""
