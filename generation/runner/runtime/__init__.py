"""The machine a run is on: its devices, what stays loaded, what it remembers."""
