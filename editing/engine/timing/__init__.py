"""Exact time: seconds to frames, and the beats of a track."""
