"""Captions as an ASS script. Text from people never reaches the filter graph, and inside the script it can
neither open an override block nor use an escape."""

import unicodedata
from collections.abc import Iterable
from fractions import Fraction

from editing.engine.catalogue.styles import STYLES, Style
from editing.engine.document import Caption
from editing.engine.exact import exact, nearest
from editing.engine.typesetting.block import MARGIN, Block, block, border, em
from library.media.fonts import EMOJI, FONTS

WORD_JOINER = "\u2060"  # zero width, no break: separates a backslash from the letter it would escape with
# Zero width, but of a script, Mongolian: where no letter has one, libass takes the joiners within an emoji
# for a script of their own, and a family falls apart into its members.
SCRIPTED = "\u180e"
AUTO_DIRECTION = -1  # the "encoding" that lets libass read a line as a whole, and from right to left


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
        "Alignment,MarginL,MarginR,MarginV,Encoding",
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
    height = em(style, size)
    outline, shadow = border(style, height)
    across, down = (round(side * MARGIN + outline) for side in size)
    colours = f"{style.letters},{style.outline},&H80000000"
    font = f"{FONTS[0].family},{height * FONTS[0].line:.1f}"
    drawn = f"{3 if style.boxed else 1},{outline:.1f},{shadow:.1f}"
    return f"Style: {name},{font},{colours},{drawn},{style.align},{across},{across},{down},{AUTO_DIRECTION}"


def _event(caption: Caption, size: tuple[int, int], fps: int) -> str:
    style = STYLES[caption.style]
    text = _lines(block(caption.text, style, size), style, size)
    return f"Dialogue: 0,{_time(caption.start, fps)},{_time(caption.end, fps)},{caption.style},{text}"


def _lines(set_: Block, style: Style, size: tuple[int, int]) -> str:
    """With an override wherever the font changes, since that changes what a font size means as well."""
    written, last = "", (FONTS[0], em(style, size))
    if set_.em != last[1]:
        outline, shadow = border(style, set_.em)
        written = f"{{\\bord{outline:.1f}\\shad{shadow:.1f}}}"
    for number, line in enumerate(set_.lines):
        written += r"\N" if number else ""
        for run in line:
            if (run.font, set_.em) != last:
                written += f"{{\\fn{run.font.family}\\fs{set_.em * run.font.line:.1f}}}"
            written += (SCRIPTED if run.font is EMOJI else "") + escape(run.text)
            last = (run.font, set_.em)
    return written


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
