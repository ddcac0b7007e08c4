"""Reframing that follows the subject: scenes → faces, else interest → the quietest camera → crop commands.

Pure analysis of one file; `python -m editing.engine.follow clip.mp4 --aspect 9:16 --debug picture.jpg`.
"""

from editing.engine.follow.commands import commands
from editing.engine.follow.plan import Following, Shot, follow

__all__ = ["Following", "Shot", "commands", "follow"]
