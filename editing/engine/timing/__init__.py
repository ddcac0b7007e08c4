"""Time on the frame grid: seconds to frames, and the beats of a track."""
