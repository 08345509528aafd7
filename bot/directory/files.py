"""Read a data file; whatever is wrong with it comes out as one line that names file, record and field."""

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import DataError

Model = TypeVar("Model", bound=BaseModel)

try:
    from yaml import CSafeLoader as _Fastest  # Ten times faster on the table of places.
except ImportError:  # pragma: no cover - only where PyYAML was built without libyaml
    from yaml import SafeLoader as _Fastest  # type: ignore[assignment]

_PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field",
    "model_type": "must be fields with values",
    "dict_type": "must be fields with values",
}
"""pydantic's words for faults that people make every day, said for people."""


class _Loader(_Fastest):
    """YAML that refuses a key given twice, where PyYAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        if len(found) < len(node.value):
            raise _Twice
        return found


class _Twice(Exception):
    """Some mapping has a key twice; looked for again, with its names, only then."""


def read_yaml(path: Path) -> Any:
    """The file's content. Raises `DataError`."""
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a safe loader
    except _Twice:
        where = next(_twice(yaml.compose(text, Loader=_Fastest), ()), ("?",))
        raise DataError(f"{path.name}: {': '.join(where)}: is given twice") from None
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        # A ValueError: an impossible date, such as 2027-02-30.
        raise DataError(f"{path.name}: not valid YAML: {' '.join(str(error).split())}") from error


def _twice(node: yaml.Node | None, trail: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths to keys that their mapping has twice; a record is called by its id."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _twice(item, trail)
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), value) for key, value in node.value]
        own = next((str(value.value) for key, value in pairs if key == "id"), None)
        here = (own,) if own else trail
        for place, (key, value) in enumerate(pairs):
            if any(key == other for other, _ in pairs[:place]):
                yield (*here, key)
            yield from _twice(value, (*here, key))


def checked(model: type[Model], raw: Any, path: Path, record: str = "") -> Model:
    """`raw` as `model`, or a `DataError` such as "adults.yml: asc_dudley: phone.display: is missing"."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise DataError(": ".join(part for part in (path.name, record, fault(error)) if part)) from error


def fault(error: ValidationError) -> str:
    """The first fault in one line: field and what is wrong with it."""
    first = error.errors()[0]
    # What stands in brackets is pydantic's, not the file's: the form of a union, "[key]".
    field = ".".join(str(part) for part in first["loc"] if str(part)[:1] not in ("(", "["))
    said = _PLAIN.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
    return ": ".join(part for part in (field, " ".join(said.split())) if part)
