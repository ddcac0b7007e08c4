"""Letting people in from the front of the line."""
