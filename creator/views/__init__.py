"""The creator room's routes."""
