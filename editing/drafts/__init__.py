"""Drafts with their history: saved, undone, restored, previewed, rendered."""
