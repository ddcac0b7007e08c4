"""The debug picture of a crop track: the subject found, what the crop shows, and the camera path."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from editing.engine.source import Source
from editing.engine.tracking.crop_track import CropTrack, SubjectSample
from editing.engine.tracking.frame_samples import Picture, sample_frames

SHOWN, COLUMNS = 8, 4  # samples, in rows of so many
CHART = 240  # pixels high
SUBJECT, FACE, CROP, INK, BACKGROUND = (
    (255, 200, 40),
    (90, 220, 120),
    (255, 255, 255),
    (150, 150, 160),
    (24, 24, 30),
)
FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw(source: Source, track: CropTrack, out: Path) -> None:
    """Write the picture as JPEG: samples with the subject's box and the crop, above a chart of the path."""
    samples = [track.samples[n] for n in np.linspace(0, len(track.samples) - 1, SHOWN).astype(int)]
    start, end = track.times[0], track.times[-1]
    pictures = {frame.seconds: frame.picture for frame in sample_frames(source, start, end + 1e-3)}
    shown = [_annotated(pictures[one.seconds], source, track, one) for one in samples]
    rows = [np.hstack(shown[n : n + COLUMNS]) for n in range(0, SHOWN, COLUMNS)]
    Image.fromarray(np.vstack([*rows, _chart(source, track, rows[0].shape[1])])).save(out, "JPEG", quality=88)


def _annotated(picture: Picture | None, source: Source, track: CropTrack, sample: SubjectSample) -> Picture:
    """Everything outside the crop is darkened."""
    assert picture is not None, "a subject sample is of a sampled frame"
    height, width = picture.shape[:2]
    shrink = width / source.size[0]
    x, y = track.positions[track.times.index(sample.seconds)]
    left, top, right, bottom = (
        round(side * shrink) for side in (x, y, x + track.box.width, y + track.box.height)
    )
    canvas = picture // 3
    canvas[top:bottom, left:right] = picture[top:bottom, left:right]
    cv2.rectangle(canvas, (left, top), (right - 1, bottom - 1), CROP, 1)
    corners = [round(side * length) for side, length in zip(sample.box, (width, height) * 2, strict=True)]
    cv2.rectangle(canvas, tuple(corners[:2]), tuple(corners[2:]), FACE if sample.face else SUBJECT, 2)
    cv2.putText(canvas, f"{sample.seconds:.1f} s", (6, height - 8), FONT, 0.4, CROP, 1, cv2.LINE_AA)
    return canvas


def _chart(source: Source, track: CropTrack, width: int) -> Picture:
    """Time to the right; vertically the crop's axis, with the crop (band) and the subject (bars) on it."""
    chart = np.full((CHART, width, 3), BACKGROUND, np.uint8)
    start, span = track.times[0], max(track.times[-1] - track.times[0], 1e-6)
    across = [round((time - start) / span * (width - 1)) for time in track.times]
    _draw_crop(chart, source, track, across)
    for one in track.samples:
        at = round((one.seconds - start) / span * (width - 1))
        low, high = (round(one.box[track.axis + end] * (CHART - 1)) for end in (0, 2))
        cv2.line(chart, (at, low), (at, high), FACE if one.face else SUBJECT, 2)
    for scene in track.scenes:
        cv2.line(chart, (across[scene.first], 0), (across[scene.first], CHART), INK, 1)
        label = f"{scene.move}, led by {scene.led_by}, trust {scene.confidence:.2f}"
        cv2.putText(chart, label, (across[scene.first] + 6, 14), FONT, 0.4, INK, 1, cv2.LINE_AA)
    return chart


def _draw_crop(chart: Picture, source: Source, track: CropTrack, across: list[int]) -> None:
    """The band between the crop's two edges; `across`: the column of every frame."""
    whole, part = source.size[track.axis], (track.box.width, track.box.height)[track.axis]
    edges = [
        np.array(
            [
                (at, (position[track.axis] + off) / whole * (CHART - 1))
                for at, position in zip(across, track.positions, strict=True)
            ]
        )
        for off in (0, part)
    ]
    band = np.concatenate([edges[0], edges[1][::-1]]).round().astype(np.int32)
    cv2.fillPoly(chart, [band], (62, 62, 74))
    for edge in edges:
        cv2.polylines(chart, [edge.round().astype(np.int32)], False, CROP, 1, cv2.LINE_AA)
