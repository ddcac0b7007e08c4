"""A file handed in over HTTP becomes a clip, a still or a track."""
