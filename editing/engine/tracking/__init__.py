"""Reframing that follows the subject: scenes → faces, else interest → the quietest camera → crop commands.

`plan.follow` looks at a file; `cuts.followed` at those cuts of a document that ask for it. What they find are
plain values (`CropTrack`), which the graph draws. Only the looking needs numpy, OpenCV and scipy: import it
where it is done. `python -m editing.engine.tracking clip.mp4 --aspect 9:16 --debug picture.jpg` looks alone.
"""

from editing.engine.tracking.commands import commands
from editing.engine.tracking.crop_track import CropTrack, Scene, Sighting

__all__ = ["CropTrack", "Scene", "Sighting", "commands"]
