"""Clip in, published files out: label, HLS ladder, cover, signed provenance. A plain library; no Django.

python -m publishing.packaging clip.mp4 --out DIR
"""

from publishing.packaging.identity import Identity, identity
from publishing.packaging.label import Label
from publishing.packaging.packager import Package, package
from publishing.packaging.provenance import Provenance, Source, Verdict, verify

__all__ = ["Identity", "Label", "Package", "Provenance", "Source", "Verdict", "identity", "package", "verify"]
