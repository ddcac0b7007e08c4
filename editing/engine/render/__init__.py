"""From a document to a file: one ffmpeg command, or a stream copy where a trim changes nothing else."""
