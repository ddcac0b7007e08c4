"""How a draft would be rendered: its command and its graph. No file is opened; pending clips count as
promised."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from editing import sources
from editing.drafts.actions import current
from editing.engine.inspect.explain import Node, explain, graph_nodes
from editing.engine.render.command import Command, compile
from editing.engine.source import Source, Sources
from editing.models import Draft
from library.media.probe import Probe
from library.models import Clip, Still, Track

FOLDER = Path("/media")  # where the command says its files lie; really they are in storage


@dataclass(frozen=True)
class GraphView:
    """The command a document compiles to, for people (`text`) and for programs (`nodes`)."""

    command: Command
    text: str
    nodes: tuple[Node, ...]

    @property
    def width(self) -> int:
        return self.command.size[0]

    @property
    def height(self) -> int:
        return self.command.size[1]


def graph_view(draft: Draft) -> GraphView:
    """The draft's current revision as a graph. Raises DocumentInvalid where it could not be rendered."""
    document = current(draft).parsed
    promised = _as_promised(sources.resolve_visible(document, draft.owner))
    command = compile(document, promised, FOLDER / "edit.mp4")
    return GraphView(command, explain(command), graph_nodes(command.graph))


def _as_promised(found: sources.ResolvedSources) -> Sources:
    clips = {name: _clip(name, clip) for name, clip in found.clips.items()}
    stills = {name: _still(name, still) for name, still in found.stills.items()}
    return clips | stills | {name: _track(name, track) for name, track in found.tracks.items()}


def _clip(name: str, clip: Clip) -> Source:
    frames = clip.frames or max(1, round(clip.seconds * clip.fps))
    return _source(f"{name}.mp4", clip.width, clip.height, clip.fps, frames, clip.seconds, clip.has_audio)


def _still(name: str, still: Still) -> Source:
    kind = still.content_type.removeprefix("image/")
    return _source(f"{name}.{kind}", still.width, still.height, 25, 1, 0.04, False, container=kind)


def _track(name: str, track: Track) -> Source:
    return _source(f"{name}.m4a", 0, 0, 0, 0, track.seconds, True)


def _source(
    name: str,
    width: int,
    height: int,
    fps: int,
    frames: int,
    seconds: float,
    has_audio: bool,
    *,
    container: str = "mp4",
) -> Source:
    probe = Probe(
        width=width,
        height=height,
        fps=Fraction(fps),
        frames=frames,
        seconds=seconds,
        video_codec="h264" if frames else None,
        audio_codec="aac" if has_audio else None,
        rotation=0,
        has_audio=has_audio,
        container=container,
        variable_rate=False,
        video_index=0 if frames else None,
        audio_index=(1 if frames else 0) if has_audio else None,
        audio_layout="stereo" if has_audio else "",
    )
    return Source(FOLDER / name, probe)
