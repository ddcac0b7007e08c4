"""The model runner: a brief goes in, events and a video file come out. A plain library: no web framework.

What a web process may import (no torch behind it): `brief`, `cards`, `errors`, `events`, `plan`.
What only a worker imports: `run` and everything it needs.
"""
