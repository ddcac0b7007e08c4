"""Subtitles and timelines, out of a draft and back in."""
