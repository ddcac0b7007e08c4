"""The feed of all public posts."""
