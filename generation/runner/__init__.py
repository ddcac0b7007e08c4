"""The model runner: a brief goes in, events and a video file come out. A plain library: no web framework.

What a web process may import (no torch behind it): `brief`, `models`, `errors`, `events`, `plan`,
`understanding`.
What only a worker imports: `run` and everything it needs.
"""

import os

# Threads that spin while they wait take the cores of whoever else works on this machine (a load of 15 made a
# run 40 times slower); it must be said before torch loads its OpenMP.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
