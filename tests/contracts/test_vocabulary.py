"""The house speaks the field's words: a name that was given up does not come back.

`docs/glossary.md` says what each thing is called now.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "config",
    "errors",
    "creator",
    "jobs",
    "library",
    "generation",
    "editing",
    "publishing",
    "training",
    "bench",
    "fixtures",
)

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

# a name that was given up → what it is called now
MODULES = {
    "refusals": "errors",
    "wishes": "generation.runner.spec",
    "brief": "generation.runner.spec",
    "making": "render_plan",
    "shot": "clip_node",
    "cards": "families",
    "card": "model_spec",
    "levers": "optimizations",
    "pulling": "optimizations",
    "stepping": "sampling",
    "anchor": "first_frame_blend",
    "steady": "deflicker",
    "seam": "color_match",
    "understanding": "prompt_parser",
    "telling": "summary",
    "mentions": "entities",
    "finishing": "encoder_thread",
    "intake": "frame_queue, or library.upload.receive",
    "darkroom": "prerender",
    "film": "intermediate",
    "follow": "tracking",
    "following": "crop_track, or jobs.realtime.stream",
    "smart": "stream_copy",
    "filling": "templates.fill",
    "explaining": "graph_view",
    "bodies": "http.body_limit",
    "uploading": "upload.handler",
    "ingesting": "upload.job",
    "leaving": "account_deletion",
    "sweeping": "garbage_collection",
    "pulse": "heartbeat",
    "lookout": "event_watcher",
    "watch": "watchdog",
    "doors": "connection_auth",
    "bells": "notify",
    "ends": "transitions",
    "positions": "event_order",
    "lots": "dataset",
    "listening": "synonyms",
    "steadiness": "flicker",
    "probe_net": "classifier",
    "backdrops": "backgrounds",
    "brush": "canvas",
}
CLASSES = {
    "Refusal": "DomainError",
    "Problem": "FieldError",
    "Wish": "GenerationSpec",
    "Brief": "GenerationSpec",
    "Making": "RenderPlan",
    "Shot": "SegmentRequest, or ClipNode",
    "Moment": "Checkpoint",
    "Turn": "SchedulerStep",
    "Piped": "DiffusersAdapter",
    "Lever": "Optimization",
    "Card": "ModelSpec",
    "Finishing": "EncoderThread",
    "Intake": "FrameQueue",
    "Film": "Intermediate",
    "Watch": "Counter",
    "Following": "CropTrack",
    "Hands": "RenderContext",
    "Followed": "TrackedCuts",
    "Looker": "SaliencyAnalyser",
    "Sought": "SubjectRange",
    "Watched": "Analysis",
    "Tune": "Soundtrack",
    "NotAsPromised": "UnexpectedOutput",
    "Pulse": "Heartbeat",
    "Lookout": "EventWatcher",
    "Story": "JobEvents",
    "JobStory": "JobEvents",
    "WasCancelled": "JobCancelledError",
    "TabUnclear": "InvalidTab",
    "OnlyALook": "PreviewNotPublishable",
    "Lot": "Batch",
    "Drawer": "CaptionedClips",
    "Joint": "TextToVideoModel",
    "Unfold": "LinearDecoder",
    "Spoiler": "Degradation",
    "Maker": "Sampler",
    "Judge": "SceneClassifier",
    "Brush": "Canvas",
}
FUNCTIONS = {
    "shoot": "sample",
    "climb": "write_hls",
    "_hold_to": "verify_frames",
    "develop": "render_intermediate",
    "_tapped": "one_tap",
    "followed": "track_cuts",
    "directed": "plan_move",
    "proxied": "preview_document",
    "as_promised": "verify",
}


def modules() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def named(source: str, kinds: tuple[type[Definition], ...]) -> set[str]:
    """The names of all definitions of `kinds` in Python `source`."""
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)}


def given_up(path: Path, source: str) -> set[str]:
    """What `path` is called, or defines, that has another name now; each with that name."""
    stems = {path.stem, path.parent.name} & MODULES.keys()
    classes = named(source, (ast.ClassDef,)) & CLASSES.keys()
    functions = named(source, (ast.FunctionDef, ast.AsyncFunctionDef)) & FUNCTIONS.keys()
    said = {f"{name}: say {MODULES[name]}" for name in stems} | {
        f"{name}: say {CLASSES[name]}" for name in classes
    }
    return said | {f"{name}: say {FUNCTIONS[name]}" for name in functions}


@pytest.mark.slow
def test_no_name_that_was_given_up_is_used_again() -> None:
    found = {
        str(path.relative_to(ROOT)): words
        for path in modules()
        if (words := given_up(path, path.read_text()))
    }

    assert found == {}


@pytest.mark.parametrize(
    ("path", "source", "word"),
    [
        ("jobs/bells.py", "", "bells: say notify"),
        ("generation/runner/cards/wan.py", "", "cards: say families"),
        ("library/models.py", "class Refusal(Exception): ...", "Refusal: say DomainError"),
        ("publishing/packaging/ladder.py", "def climb(): ...", "climb: say write_hls"),
    ],
)
def test_a_name_that_comes_back_is_caught(path: str, source: str, word: str) -> None:
    assert given_up(Path(path), source) == {word}
