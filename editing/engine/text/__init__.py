"""Text on the picture: captions as ASS, subtitles as SRT and WebVTT."""
