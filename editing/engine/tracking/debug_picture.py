"""The debug picture: what was seen, what the crop shows of it, and the camera's path over time."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from editing.engine.render.source import Source
from editing.engine.tracking.crop_track import CropTrack, Sighting
from editing.engine.tracking.proxy import Picture, watch

SHOWN, COLUMNS = 8, 4  # moments, in rows of so many
CHART = 240  # pixels high
SUBJECT, FACE, CROP, INK, GROUND = (
    (255, 200, 40),
    (90, 220, 120),
    (255, 255, 255),
    (150, 150, 160),
    (24, 24, 30),
)
FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw(source: Source, following: CropTrack, out: Path) -> None:
    """Write the picture as JPEG: moments with the subject's box and the crop, above the path's chart."""
    seen = [following.seen[n] for n in np.linspace(0, len(following.seen) - 1, SHOWN).astype(int)]
    start, end = following.times[0], following.times[-1]
    pictures = {frame.seconds: frame.picture for frame in watch(source, start, end + 1e-3)}
    shown = [_moment(pictures[one.seconds], source, following, one) for one in seen]
    rows = [np.hstack(shown[n : n + COLUMNS]) for n in range(0, SHOWN, COLUMNS)]
    Image.fromarray(np.vstack([*rows, _chart(source, following, rows[0].shape[1])])).save(out, quality=88)


def _moment(picture: Picture | None, source: Source, following: CropTrack, seen: Sighting) -> Picture:
    """Everything outside the crop is darkened."""
    assert picture is not None, "a sighting is of a frame that was looked at"
    height, width = picture.shape[:2]
    shrink = width / source.size[0]
    x, y = following.places[following.times.index(seen.seconds)]
    left, top, right, bottom = (
        round(side * shrink) for side in (x, y, x + following.box.width, y + following.box.height)
    )
    canvas = picture // 3
    canvas[top:bottom, left:right] = picture[top:bottom, left:right]
    cv2.rectangle(canvas, (left, top), (right - 1, bottom - 1), CROP, 1)
    corners = [round(side * length) for side, length in zip(seen.box, (width, height) * 2, strict=True)]
    cv2.rectangle(canvas, tuple(corners[:2]), tuple(corners[2:]), FACE if seen.face else SUBJECT, 2)
    cv2.putText(canvas, f"{seen.seconds:.1f} s", (6, height - 8), FONT, 0.4, CROP, 1, cv2.LINE_AA)
    return canvas


def _chart(source: Source, following: CropTrack, width: int) -> Picture:
    """Time to the right; up and down is where on its axis the crop (band) and the subject (bars) are."""
    chart = np.full((CHART, width, 3), GROUND, np.uint8)
    axis = following.axis
    whole, part = source.size[axis], (following.box.width, following.box.height)[axis]
    start, span = following.times[0], max(following.times[-1] - following.times[0], 1e-6)
    across = [round((time - start) / span * (width - 1)) for time in following.times]
    edges = [
        np.array(
            [
                (at, (place[axis] + off) / whole * (CHART - 1))
                for at, place in zip(across, following.places, strict=True)
            ]
        )
        for off in (0, part)
    ]
    band = np.concatenate([edges[0], edges[1][::-1]]).round().astype(np.int32)
    cv2.fillPoly(chart, [band], (62, 62, 74))
    for edge in edges:
        cv2.polylines(chart, [edge.round().astype(np.int32)], False, CROP, 1, cv2.LINE_AA)
    for one in following.seen:
        at = round((one.seconds - start) / span * (width - 1))
        low, high = (round(one.box[axis + end] * (CHART - 1)) for end in (0, 2))
        cv2.line(chart, (at, low), (at, high), FACE if one.face else SUBJECT, 2)
    for scene in following.scenes:
        cv2.line(chart, (across[scene.first], 0), (across[scene.first], CHART), INK, 1)
        told = f"{scene.move}, led by {scene.led_by}, trust {scene.trust:.2f}"
        cv2.putText(chart, told, (across[scene.first] + 6, 14), FONT, 0.4, INK, 1, cv2.LINE_AA)
    return chart
