"""The font that writes Chinese, Japanese and Korean; it comes in a wheel, so no machine needs one installed."""

from importlib.metadata import files
from pathlib import Path


def _shipped(package: str, suffix: str) -> Path:
    found = next(file for file in files(package) or [] if file.name.endswith(suffix))
    return Path(str(found.locate()))


CJK: Path = _shipped("cvttf-notosanscjk-regular", ".otf")
