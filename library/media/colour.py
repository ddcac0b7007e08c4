"""What the colours of a video mean, and the filters that bring them to BT.709, limited range.

What a stream says is believed, then what its container says; what neither says follows from the rest, and in
the end from the size. Codes are those of ITU-T H.273 (ISO/IEC 23091-2), names those of ffmpeg. The table is
in docs/media.md.
"""

from dataclasses import dataclass, replace

from av import VideoFormat
from av.video.codeccontext import VideoCodecContext

Options = dict[str, str | int]
Filter = tuple[str, Options]  # one of ffmpeg's filters
Size = tuple[int, int]  # (width, height) in pixels

LIMITED, FULL = 1, 2  # ranges, as ffmpeg counts them
NAMED, UNNAMED = 1, 2  # BT.709 is 1 in all three lists; 2 is not said
HDR = {16: "smpte2084", 18: "arib-std-b67"}  # transfers: PQ and HLG
# The other transfers that are not a picture for today's displays as they are. All else is shown unchanged.
LIGHT = {8: "linear", 9: "log100", 10: "log316"}
SRGB = 13
PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    11: "smpte431",
    12: "smpte432",
    22: "ebu3213",
}
MATRICES = {
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    12: "chroma-derived-nc",
}
CONSTANT_LUMINANCE = {10: "bt2020c", 13: "chroma-derived-c"}  # defined for the curve of BT.709 only
ICTCP = 14  # defined for HDR in BT.2020 only
MATRIX_OF = {"bt470bg": "bt470bg", "smpte170m": "smpte170m", "smpte240m": "smpte240m", "bt2020": "bt2020nc"}
ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # ffmpeg's own leave the alpha plane out

WHITE = 203  # cd/m² of diffuse white in HDR: Recommendation ITU-R BT.2408
BT709: Options = {"range": "tv", "color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709"}
OPAQUE = "yuv444p|yuv444p10|yuv444p12|gbrp|gbrp10|gbrp12"
# Not ffmpeg's yuvj formats, which are full range whatever is said of them.
LIMITED_FORMATS = "yuv420p|yuv422p|yuv444p|yuv420p10|yuv422p10|yuv444p10"


@dataclass(frozen=True, slots=True)
class Tags:
    """What a video says of its colours: pixel format and codes (of `range` 0 is not said), its size as coded,
    and whether it has alpha. The defaults are those of a master."""

    pixels: str = "yuv420p"
    range: int = LIMITED
    matrix: int = NAMED
    primaries: int = NAMED
    transfer: int = NAMED
    size: Size = (0, 0)
    alpha: bool = False


DELIVERED = Tags()


@dataclass(frozen=True, slots=True)
class Meaning:
    """Colours with nothing left open. `family`: yuv, rgb or grey."""

    range: str
    matrix: str
    primaries: str
    transfer: str
    family: str = "yuv"
    alpha: bool = False

    @property
    def is_hdr(self) -> bool:
        return self.transfer in HDR.values()

    @property
    def is_delivered(self) -> bool:
        """Whether its numbers are those of a master, whatever their depth and sampling."""
        return (self.range, self.matrix, self.primaries) == ("tv", "bt709", "bt709") and not (
            self.is_light or self.alpha or self.family != "yuv"
        )

    @property
    def is_light(self) -> bool:
        """Whether its numbers have to become light before they can be shown."""
        return self.is_hdr or self.transfer in LIGHT.values()


def tags_of(context: VideoCodecContext, *, alpha: bool = False) -> Tags:
    """What the codec context of a stream says: before its first picture is decoded that is the container's
    word, afterwards the stream's own. `alpha`: whether the container tells of an alpha plane of its own."""
    pixels = context.pix_fmt or "yuv420p"
    return Tags(
        pixels,
        range=int(context.color_range),
        matrix=int(context.colorspace),
        primaries=int(context.color_primaries),
        transfer=int(context.color_trc),
        size=(context.width, context.height),
        alpha=alpha or any(each.is_alpha for each in VideoFormat(pixels).components),
    )


def together(stream: Tags, container: Tags) -> Tags:
    """What `stream` says, and `container` where it is silent."""
    return replace(
        stream,
        range=stream.range or container.range,
        matrix=_first_named(stream.matrix, container.matrix),
        primaries=_first_named(stream.primaries, container.primaries),
        transfer=_first_named(stream.transfer, container.transfer),
    )


def meaning(tags: Tags) -> Meaning:
    """What `tags` mean. A code that is reserved, or that contradicts the rest, counts as not said."""
    is_hdr, family = tags.transfer in HDR, _family(tags.pixels)
    wide = is_hdr or tags.matrix in {9, 10, ICTCP}
    primaries = PRIMARIES.get(tags.primaries, "bt2020" if wide else "bt709")
    return Meaning(
        range="pc" if family == "rgb" or tags.range == FULL else "tv",
        matrix="gbr" if family == "rgb" else _matrix(tags, primaries),
        primaries=primaries,
        transfer=(HDR | LIGHT).get(tags.transfer, "iec61966-2-1" if tags.transfer == SRGB else "bt709"),
        family=family,
        alpha=tags.alpha,
    )


def decoder(codec: str | None, tags: Tags) -> str | None:
    """The decoder that gives the alpha plane too, where ffmpeg's own does not."""
    return ALPHA_DECODERS.get(codec or "") if tags.alpha else None


def before_scaling(colours: Meaning) -> list[Filter]:
    """Filters that lay transparency over black and name colours as scaling understands them.

    Colours are converted behind it, at the size of the master: that takes half the time for HDR in 4K."""
    if colours.is_delivered:
        return [("setparams", dict(BT709))]
    understood = BT709 | {"range": colours.range, "colorspace": "gbr" if colours.family == "rgb" else "bt709"}
    return [("setparams", understood), *(_OVER_BLACK if colours.alpha else ())]


def after_scaling(colours: Meaning) -> list[Filter]:
    """Filters that bring pictures of even sides to the colours of a master, in any pixel format.

    Zscale changes matrix and range, ffmpeg's `colorspace` primaries: it linearises by the transfer that is
    named, where zscale takes the display's (BT.1886), which shifts saturated colours."""
    if colours.is_delivered:
        return []
    named: Options = {
        "range": colours.range,
        "color_primaries": colours.primaries,
        "color_trc": colours.transfer,
        "colorspace": colours.matrix,
    }
    return [("setparams", named), *_converted(colours), ("setparams", dict(BT709))]


def scaled_to_bt709(colours: Meaning, size: Size) -> list[Filter]:
    """Filters that scale to `size`, both sides even, and bring `colours` to those of a master."""
    scale: Filter = ("scale", {"w": size[0], "h": size[1], "flags": "lanczos"})
    return [*before_scaling(colours), scale, *after_scaling(colours)]


def chain(filters: list[Filter]) -> str:
    """`filters` as ffmpeg's command line reads them."""
    return ",".join(
        f"{name}={':'.join(f'{key}={value}' for key, value in options.items())}" for name, options in filters
    )


_OVER_BLACK: tuple[Filter, ...] = (("premultiply", {"inplace": 1}), ("format", {"pix_fmts": OPAQUE}))
# Colours up to a third of white stay as they are, those above it are pressed together, none turns grey.
_TONE_MAPPED: tuple[Filter, ...] = (
    ("zscale", {"t": "linear", "npl": WHITE}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"p": "bt709"}),
    ("tonemap", {"tonemap": "mobius", "desat": 0}),
    ("zscale", {"t": "bt709", "m": "bt709", "r": "tv"}),
)


def _converted(colours: Meaning) -> list[Filter]:
    if colours.is_hdr:
        return list(_TONE_MAPPED)
    to: Options = {"m": "bt709", "r": "tv"}
    if colours.is_light:
        to["t"] = "bt709"
    if colours.primaries == "bt709":
        return [("zscale", to), ("format", {"pix_fmts": LIMITED_FORMATS})]
    curve = "bt709" if colours.is_light else colours.transfer
    primaries: Filter = ("colorspace", {"all": "bt709", "trc": curve})
    return [("zscale", to), ("format", {"pix_fmts": "yuv444p10"}), primaries]


def _first_named(code: int, other: int) -> int:
    return other if code == UNNAMED else code


def _family(pixels: str) -> str:
    if VideoFormat(pixels).is_rgb:
        return "rgb"
    return "grey" if pixels.startswith("gray") else "yuv"


def _matrix(tags: Tags, primaries: str) -> str:
    is_hdr, known = tags.transfer in HDR, dict(MATRICES)
    if is_hdr and primaries == "bt2020":
        known[ICTCP] = "ictcp"
    if tags.transfer not in {*HDR, *LIGHT, SRGB}:
        known |= CONSTANT_LUMINANCE
    guessed = "bt2020nc" if is_hdr else MATRIX_OF.get(primaries) or _matrix_of_size(*tags.size)
    return known.get(tags.matrix, guessed)


def _matrix_of_size(width: int, height: int) -> str:
    """As players guess: BT.709 above standard definition (libplacebo's `pl_color_system_guess_ycbcr`)."""
    return "bt709" if width >= 1280 or height > 576 else "smpte170m"
