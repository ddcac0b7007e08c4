"""The fonts that text is drawn with. They come in wheels, so that what a machine has installed changes no
picture: a letter that none of them has is refused, not looked for."""

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import files
from pathlib import Path

import uharfbuzz as hb

FULL_WIDTH = frozenset(range(0x370, 0x530))  # Greek and Cyrillic, which CJK has as wide as Chinese


@dataclass(frozen=True)
class Font:
    """The file of a font, what it is called, and what it can draw. Lengths are in em."""

    path: Path
    without: frozenset[int] = frozenset()  # what another font draws better

    @cached_property
    def family(self) -> str:
        """The name that libass finds it by: the first of its `name` table."""
        return str(self._face.get_name(hb.OTNameIdPredefined.FONT_FAMILY))

    @cached_property
    def letters(self) -> frozenset[int]:
        """The code points it has glyphs for."""
        return frozenset(self._face.unicodes) - self.without

    @cached_property
    def ascent(self) -> float:
        """Above the baseline; with `descent` below it the height of a line, as libass counts it."""
        return self._metric(hb.OTMetricsTag.HORIZONTAL_CLIPPING_ASCENT)

    @cached_property
    def descent(self) -> float:
        return self._metric(hb.OTMetricsTag.HORIZONTAL_CLIPPING_DESCENT)

    @property
    def line(self) -> float:
        """What libass means by a font size of one."""
        return self.ascent + self.descent

    def advances(self, text: str) -> list[float]:
        """The width of each character of `text`, once shaped; a ligature's is its first letter's."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(self._font, buffer)
        widths = [0.0] * len(text)
        for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            widths[glyph.cluster] += place.x_advance / self._face.upem
        return widths

    @cached_property
    def _face(self) -> hb.Face:
        return hb.Face(hb.Blob.from_file_path(str(self.path)))

    @cached_property
    def _font(self) -> hb.Font:
        return hb.Font(self._face)

    def _metric(self, tag: hb.OTMetricsTag) -> float:
        return float(self._font.get_metric_position_with_fallback(tag)) / float(self._face.upem)


def link_all(folder: Path) -> None:
    """Put every font of FONTS into `folder`, for libass to find; doing it twice does no harm."""
    folder.mkdir(exist_ok=True)
    for font in FONTS:
        link = folder / font.path.name
        link.unlink(missing_ok=True)
        link.symlink_to(font.path)


def _shipped(package: str, suffix: str) -> list[Path]:
    """The files of `package` that end with `suffix` and are really there: a record may list one twice."""
    found = (Path(str(file.locate())) for file in files(package) or [] if file.name.endswith(suffix))
    return sorted({path.resolve() for path in found if path.is_file()})


CJK: Path = _shipped("cvttf-notosanscjk-regular", ".otf")[0]
_NOTO = {path.name.partition("[")[0]: path for path in _shipped("manimgx-fonts", "[wght].ttf")}
EMOJI = Font(_NOTO.pop("NotoEmoji"))
_SANS, _SYMBOLS = Font(_NOTO.pop("NotoSans")), Font(_NOTO.pop("NotoSansSymbols"))
_SCRIPTS = [Font(path) for name, path in _NOTO.items() if not name.endswith("-Italic")]
# The first that has a letter draws it.
FONTS = (Font(CJK, without=FULL_WIDTH), _SANS, *_SCRIPTS, _SYMBOLS, EMOJI)
