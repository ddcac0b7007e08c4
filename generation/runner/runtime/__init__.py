"""The machine a run is on: devices, threads and optimizations, the models that stay loaded, kept state."""
