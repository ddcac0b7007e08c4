"""A crop that tracks its subject: scenes → faces, else saliency → a smooth camera path → crop commands.

`track_subject.track_subject` analyses one file; `track_cuts.track_cuts` the cuts of a document that are to be
tracked. Both return plain values (`CropTrack`) that the graph turns into filters. Only the analysis needs
numpy, OpenCV and scipy: import its modules where it is done.
`python -m editing.engine.tracking clip.mp4 --aspect 9:16 --debug picture.jpg` runs the analysis alone.
"""

from editing.engine.tracking.crop_track import CropTrack, Scene, SubjectSample, sendcmd_script

__all__ = ["CropTrack", "Scene", "SubjectSample", "sendcmd_script"]
