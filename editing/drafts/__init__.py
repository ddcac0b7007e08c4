"""Drafts with their history: kept, undone, rendered, previewed."""
