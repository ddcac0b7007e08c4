"""The embedded way to run: one supervisor over web, workers and beat."""
