"""Invites: codes that let people in a counted number of times."""
