"""The waiting line and the invites."""
