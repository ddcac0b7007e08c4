"""The font that writes Chinese, Japanese and Korean; it comes in a wheel: nothing to install."""

from importlib.metadata import files
from pathlib import Path


def _shipped(package: str, suffix: str) -> Path:
    """The first file of `package` that ends with `suffix` and is really there: its record lists one twice."""
    found = (Path(str(file.locate())) for file in files(package) or [] if file.name.endswith(suffix))
    return next(path.resolve() for path in found if path.is_file())


CJK: Path = _shipped("cvttf-notosanscjk-regular", ".otf")
