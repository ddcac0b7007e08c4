"""Transitions, by their names in ffmpeg's xfade."""

TRANSITIONS = (
    *("fade", "fadeblack", "fadewhite", "fadegrays", "dissolve", "pixelize", "distance", "hblur", "zoomin"),
    *("wipeleft", "wiperight", "wipeup", "wipedown", "wipetl", "wipetr", "wipebl", "wipebr"),
    *("slideleft", "slideright", "slideup", "slidedown"),
    *("smoothleft", "smoothright", "smoothup", "smoothdown"),
    *("coverleft", "coverright", "coverup", "coverdown"),
    *("revealleft", "revealright", "revealup", "revealdown"),
    *("circleopen", "circleclose", "circlecrop", "rectcrop", "radial"),
    *("vertopen", "vertclose", "horzopen", "horzclose", "squeezeh", "squeezev"),
    *("diagtl", "diagtr", "diagbl", "diagbr", "hlslice", "hrslice", "vuslice", "vdslice"),
    *("hlwind", "hrwind", "vuwind", "vdwind"),
)
