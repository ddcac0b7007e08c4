"""Captions as an ASS script. Text from people never reaches the filter graph, and inside the script it can
neither open an override block nor use an escape."""

import unicodedata
from collections.abc import Iterable, Iterator
from fractions import Fraction

from editing.engine.catalogue.styles import STYLES, Style
from editing.engine.document import Caption
from editing.engine.exact import exact, nearest

FONT = "Noto Sans CJK TC Regular"  # the family name that libass reads in library.media.fonts.CJK
WORD_JOINER = "\u2060"  # zero width, no break: separates a backslash from the letter it would escape with
LINE = 1.448  # of an em: what libass means by a font size, ascent and descent of the font together
MARGIN = 0.08  # of the height and the width: left free at the edges


def ass_script(captions: Iterable[Caption], *, size: tuple[int, int], fps: int) -> str:
    """The ASS script for a picture of `size` pixels at `fps` frames a second."""
    head = [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {size[0]}",
        f"PlayResY: {size[1]}",
        "WrapStyle: 2",
    ]
    head += ["ScaledBorderAndShadow: yes", "YCbCr Matrix: TV.709", "", "[V4+ Styles]"]
    styles = [
        "Format: Name,Fontname,Fontsize,PrimaryColour,OutlineColour,BackColour,BorderStyle,Outline,Shadow,"
        "Alignment,MarginL,MarginR,MarginV",
        *(_style(name, style, size) for name, style in STYLES.items()),
    ]
    events = [
        "",
        "[Events]",
        "Format: Layer,Start,End,Style,Text",
        *(_event(one, size, fps) for one in captions),
    ]
    return "\n".join([*head, *styles, *events]) + "\n"


def _style(name: str, style: Style, size: tuple[int, int]) -> str:
    height = _em(style, size)
    across, down = round(size[0] * MARGIN), round(size[1] * MARGIN)
    border = f"3,{height / 4:.1f},0" if style.boxed else f"1,{height / 16:.1f},{height / 40:.1f}"
    colours = f"{style.letters},{style.outline},&H80000000"
    return (
        f"Style: {name},{FONT},{height * LINE:.1f},{colours},{border},{style.align},{across},{across},{down}"
    )


def _event(caption: Caption, size: tuple[int, int], fps: int) -> str:
    style = STYLES[caption.style]
    columns = int(size[0] * (1 - 2 * MARGIN) / _em(style, size) * 2)
    text = r"\N".join(escape(line) for line in wrap(caption.text, max(columns, 2)))
    return f"Dialogue: 0,{_time(caption.start, fps)},{_time(caption.end, fps)},{caption.style},{text}"


def _em(style: Style, size: tuple[int, int]) -> int:
    return max(8, round(style.scale * min(size)))


def _time(seconds: float, fps: int) -> str:
    """H:MM:SS.cc, half a frame before the nearest frame: hundredths are too coarse to hit a frame itself."""
    frame = nearest(exact(seconds) * fps)
    hundredths = max(0, nearest((frame - Fraction(1, 2)) * 100 / fps))
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"


def escape(line: str) -> str:
    """The line such that libass draws it letter by letter; control characters are removed."""
    visible = "".join(letter for letter in line if unicodedata.category(letter) not in ("Cc", "Cs", "Co"))
    separated = visible.replace("\\", "\\" + WORD_JOINER)
    return separated.replace("{", r"\{").replace("}", r"\}")


def wrap(text: str, columns: int) -> Iterator[str]:
    """Lines of at most `columns` half-widths. Chinese breaks anywhere, words only where one is too long."""
    for paragraph in text.splitlines():
        line, filled = "", 0
        for piece in _pieces(paragraph, columns):
            if line and filled + width(piece.rstrip()) > columns:
                yield line.rstrip()
                line, filled, piece = "", 0, piece.lstrip()
            line, filled = line + piece, filled + width(piece)
        yield line.rstrip()


def width(text: str) -> int:
    """Of the text in half-widths: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _pieces(text: str, columns: int) -> Iterator[str]:
    """What may not be broken: one wide character, or one word with the space after it."""
    piece = ""
    for letter in text:
        if piece and _may_break(piece, letter, columns):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _may_break(piece: str, letter: str, columns: int) -> bool:
    if len(piece) >= columns:
        return True
    closing = unicodedata.category(letter) in ("Po", "Pe", "Pf")  # these never begin a line
    return not closing and (width(letter) == 2 or width(piece[-1]) == 2 or piece[-1].isspace())
