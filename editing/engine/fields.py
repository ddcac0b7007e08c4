"""Reading JSON field by field, gathering every problem with its path instead of stopping at the first."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from editing.engine import errors

REQUIRED: Any = object()


class Fields:
    """One JSON object at `path`. A field that is wrong is noted, and a stand-in is returned for it.

    Stand-ins only keep the reading going: whoever reads must look at `problems` before using a value.
    """

    def __init__(self, value: Any, path: str, problems: list[errors.Problem]) -> None:
        self.path, self.problems = path, problems
        self.values: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        self.asked: list[str] = []
        self.readable = isinstance(value, Mapping)
        if not self.readable:
            self.note(errors.NotAnObject(field=path))

    def note(self, problem: errors.Problem) -> None:
        self.problems.append(problem)

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        self.asked.append(name)
        return self.values.get(name) is not None

    def number(self, name: str, least: float, most: float, default: Any = REQUIRED) -> float:
        """A number of [least, most]."""
        value = self._get(name, default)
        if value is default or value is REQUIRED:
            return least if value is REQUIRED else value
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self._wrong(errors.NotANumber(field=self.at(name)), least)
        if not least <= value <= most:  # which no NaN is
            return self._wrong(errors.OutOfRange(least=least, most=most, field=self.at(name)), least)
        return float(value)

    def whole(self, name: str, least: int, most: int, default: Any = REQUIRED) -> int:
        """A whole number of [least, most]; 30.0 is one, since JSON knows no difference."""
        value = self.number(name, least, most, default)
        if value is default or value == int(value):
            return value if value is default else int(value)
        return self._wrong(errors.NotWhole(field=self.at(name)), least)

    def text(self, name: str, most: int, default: Any = REQUIRED) -> str:
        """Text of at most `most` characters with something visible in it."""
        value = self._get(name, default)
        if value is default or value is REQUIRED:
            return "" if value is REQUIRED else value
        problem = _unreadable(value, most, self.at(name))
        return self._wrong(problem, "") if problem else value

    def boolean(self, name: str) -> bool:
        """True or false; false where it is absent."""
        value = self._get(name, False)
        return (
            value
            if isinstance(value, bool)
            else self._wrong(errors.NotTrueOrFalse(field=self.at(name)), False)
        )

    def holds_list(self, name: str) -> bool:
        """Whether a field that may be one thing or many is many."""
        return isinstance(self.values.get(name), list | tuple)

    def choice(self, name: str, accepted: Collection[Any], default: Any = REQUIRED) -> Any:
        value = self._get(name, default)
        if value is REQUIRED:
            return None
        if value is default or any(value == one and type(value) is type(one) for one in accepted):
            return value
        listed = ", ".join(map(str, accepted))
        return self._wrong(errors.NotOneOf(accepted=listed, field=self.at(name)), None)

    def object(self, name: str, default: Any = REQUIRED) -> "Fields | None":
        value = self._get(name, default)
        return None if value is REQUIRED or value is default else Fields(value, self.at(name), self.problems)

    def objects(self, name: str, least: int, most: int, default: Any = REQUIRED) -> Iterator["Fields"]:
        """The objects of a list of `least` to `most` of them."""
        for index, value in enumerate(self._list(name, least, most, default)):
            yield Fields(value, f"{self.at(name)}[{index}]", self.problems)

    def pair(self, name: str, least: int, most: int) -> tuple[int, int] | None:
        """Two whole numbers, such as a size; None where they are wrong."""
        values = self._list(name, 2, 2, REQUIRED)
        if len(values) != 2:
            return None
        before = len(self.problems)
        inner = Fields(dict(zip("01", values, strict=True)), self.at(name), self.problems)
        both = (inner.whole("0", least, most), inner.whole("1", least, most))
        return both if len(self.problems) == before else None

    def end(self) -> None:
        """Note every field nobody asked for: what is not understood is refused, never ignored."""
        accepted = ", ".join(dict.fromkeys(self.asked))
        for name in self.values:
            if name not in self.asked:
                shown = str(name)[:80].encode(errors="backslashreplace").decode()
                self.note(errors.UnknownField(accepted=accepted, field=self.at(shown)))

    def _list(self, name: str, least: int, most: int, default: Any) -> list[Any]:
        value = self._get(name, default)
        if value is REQUIRED or value is default:
            return []
        if not isinstance(value, list | tuple):
            return self._wrong(errors.NotAList(field=self.at(name)), [])
        if not least <= len(value) <= most:
            count = {"count": len(value), "least": least, "most": most}
            return self._wrong(errors.WrongCount(**count, field=self.at(name)), [])
        return list(value)

    def _get(self, name: str, default: Any) -> Any:
        """The value; `default` where it is absent or null; REQUIRED (noted) where that may not be."""
        self.asked.append(name)
        value = self.values.get(name)
        if value is not None:
            return value
        if default is REQUIRED and self.readable:
            self.note(errors.FieldMissing(field=self.at(name)))
        return default

    def _wrong(self, problem: errors.Problem, stand_in: Any) -> Any:
        self.note(problem)
        return stand_in


def _unreadable(value: Any, most: int, path: str) -> errors.Problem | None:
    """What keeps `value` from being text of at most `most` characters that can be stored and read."""
    if not isinstance(value, str):
        return errors.NotText(field=path)
    if len(value) > most:
        return errors.WrongCount(count=len(value), least=1, most=most, field=path)
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        return errors.BrokenText(field=path)
    visible = any(letter.isprintable() and not letter.isspace() for letter in value)
    return None if visible else errors.BlankText(field=path)
