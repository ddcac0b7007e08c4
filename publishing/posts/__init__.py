"""Posts: a clip published, changed, liked and withdrawn; the job that packages it."""
