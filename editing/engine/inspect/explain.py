"""The graph for people and for programs: as text, and as nodes that name what they take from."""

from editing.engine.render.command import Command


def explain(command: Command) -> str:
    """The command for a person: what comes out, one line per filter chain, the files it reads."""
    width, height = command.size
    lines = [
        f"{command.frames} frames, {width}×{height}, {command.fps} a second, {command.seconds:.3f} s",
        "",
    ]
    for argument in command.args:
        chains = argument.replace(";", ";\n    ") if "[" in argument else argument
        new = argument.startswith("-") and not argument.lstrip("-").isdigit()
        lines += [f"  {chains}"] if new else []
        lines[-1] += "" if new else f" {chains}"
    for name, text in command.files.items():
        lines += ["", f"{name}:", *(f"    {line}" for line in text.splitlines())]
    return "\n".join(lines)
