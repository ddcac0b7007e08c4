"""Subtitles and timelines, exported from a draft and imported into one."""
