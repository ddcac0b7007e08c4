"""`python -m training.sheets`: contact sheets in docs/model/, of fixed seeds and not of selected ones.

`seeds.jpg`: seeds 0–7 of every prompt people try first, first and last frame. `held-out.jpg`: a grid of
held-out combinations, one seed each. Frames are enlarged by the super-resolution net, as delivered ones are.
`world.jpg`: what the world itself looks like, drawn, for comparison.
"""

from __future__ import annotations

import argparse
from importlib.metadata import files
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from rich.progress import track

from training.evaluate import held_out_prompts
from training.export import FOLDER
from training.sample import Sampler
from training.superres import Compact, enlarge, load
from training.world import BACKGROUNDS, COLOURS, MOTIONS, SUBJECTS, Scene, render

DOCS = Path("docs/model")
Picture = NDArray[np.uint8]
CELL = (192, 120)  # width and height of a frame on a sheet
PROMPTS = (
    "端午节日气氛,赛龙舟",
    "端午节日气氛的街道",
    "热闹氛围的春节场景,一家人吃团圆饭",
    "一只猴子在公园里下棋",
    "一只中等体型、看上去很友善的狗狗走过工业停车场。环境多雾、多云。",
    "一位时尚的女性走在东京的街道上,红色长裙,温暖的霓虹灯",
    "由树叶构成的大象在丛林中奔跑",
    "摄像机缓缓下降,俯瞰着美丽的海洋和沿海历史建筑",
    "一个气球人在公园里走过",
)


def font(size: int) -> ImageFont.FreeTypeFont:
    """The Chinese font that comes as a wheel."""
    packaged = (
        Path(str(f.locate())) for f in files("cvttf-notosanscjk-regular") or [] if f.name.endswith(".otf")
    )
    return ImageFont.truetype(str(next(p for p in packaged if p.is_file())), size)


def strip(net: Compact, clip: NDArray[np.uint8], indices: tuple[int, ...], axis: int) -> Picture:
    """These frames of a clip, enlarged, in a row (`axis` 1) or a column (0)."""
    large = enlarge(net, clip[list(indices)])
    cells = [cv2.resize(frame, CELL, interpolation=cv2.INTER_AREA) for frame in large]
    return np.asarray(np.concatenate(cells, axis=axis), np.uint8)


def labelled(rows: list[tuple[str, Picture]], title_height: int = 20) -> Picture:
    """Stacks pictures of one width under one another, each below its own title."""
    stacked = []
    for title, picture in rows:
        bar = Image.new("RGB", (picture.shape[1], title_height), (24, 24, 30))
        ImageDraw.Draw(bar).text((6, 1), title, font=font(14), fill=(240, 240, 240))
        stacked += [np.asarray(bar), picture]
    return np.concatenate(stacked, axis=0)


def save(picture: Picture, path: Path, max_bytes: int = 580_000) -> None:
    """JPEG at the best quality that stays under `max_bytes`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for quality in (92, 85, 78, 70, 60, 50):
        _, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        if len(data) <= max_bytes:
            break
    path.write_bytes(data.tobytes())


def seeds_sheet(sampler: Sampler, net: Compact) -> Picture:
    rows = []
    for prompt in track(PROMPTS, description="the prompts people try first"):
        clips = sampler.sample([prompt] * 8, seeds=list(range(8)))
        line = np.concatenate([strip(net, clip, (0, 8), axis=0) for clip in clips], axis=1)
        rows.append((f"{prompt}   (seeds 0–7; first and last frame)", line))
    return labelled(rows)


def held_out_sheet(sampler: Sampler, net: Compact, count: int = 24) -> Picture:
    prompts, rows = held_out_prompts(count), []
    for start in track(range(0, count, 2), description="held-out combinations"):
        pair = [prompt.text for prompt in prompts[start : start + 2]]
        clips = sampler.sample(pair, seeds=[0, 0])
        line = np.concatenate([strip(net, clip, (0, 4, 8), axis=1) for clip in clips], axis=1)
        rows.append(("   |   ".join(pair), line))
    return labelled(rows)


def world_sheet() -> Picture:
    """Every background, every subject and every motion at least once, as drawn at 256×160."""
    tiles = [
        render(
            Scene(
                BACKGROUNDS[k % 10], SUBJECTS[k % 12], COLOURS[k % 5], MOTIONS[(3 * k + k // 8) % 8], seed=k
            ),
            9,
            (256, 160),
            indices=[6],
        )[0][0]
        for k in range(30)
    ]
    return np.concatenate([np.concatenate(tiles[k : k + 5], axis=1) for k in range(0, 30, 5)], axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=FOLDER)
    args = parser.parse_args()
    sampler, net = Sampler(args.folder), load(args.folder / "superres/compact_x4.safetensors")
    save(world_sheet(), DOCS / "world.jpg")
    save(seeds_sheet(sampler, net), DOCS / "seeds.jpg")
    save(held_out_sheet(sampler, net), DOCS / "held-out.jpg")


if __name__ == "__main__":
    main()
