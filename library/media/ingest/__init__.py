"""Strangers' media: what is let in, and how it is made anew, so that only our own encodes are ever served."""

from library.media.ingest.inspection import INSPECTION_ERRORS, InspectedFile, UploadLimits, inspect
from library.media.ingest.masters import video
from library.media.ingest.stills import still
from library.media.ingest.tracks import sound

__all__ = ["INSPECTION_ERRORS", "InspectedFile", "UploadLimits", "inspect", "sound", "still", "video"]
