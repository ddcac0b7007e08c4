"""Delivery masters in H.264: encoded, spliced and joined packet by packet."""
