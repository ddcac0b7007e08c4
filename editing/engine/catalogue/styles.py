"""Caption styles, as libass draws them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """`scale`: one em as a fraction of the short side; `align` as on a numeric keypad; colours as ASS writes
    them (alpha, blue, green, red), of the letters and of their outline, or of the box behind them."""

    scale: float
    align: int
    letters: str = "&H00FFFFFF"
    outline: str = "&H00101010"
    boxed: bool = False


STYLES = {
    "subtitle": Style(0.055, 2),
    "title": Style(0.1, 5),
    "top": Style(0.055, 8),
    "yellow": Style(0.06, 2, letters="&H0000E0FF"),
    "boxed": Style(0.05, 2, outline="&H60101010", boxed=True),
}
