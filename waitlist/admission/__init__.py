"""Letting people in: chosen by filter, in batches, on a schedule or as capacity allows."""
