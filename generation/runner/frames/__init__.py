"""Decoded frames: read, fitted, blended, enlarged and brought to the delivered rate."""
