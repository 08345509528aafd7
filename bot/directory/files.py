"""Read a data file; whatever is wrong with it comes out as one line that names file, record and field."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import DataError

Model = TypeVar("Model", bound=BaseModel)

try:
    from yaml import CSafeLoader as _Loader  # Ten times faster on the table of places.
except ImportError:  # pragma: no cover - only where PyYAML was built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


def read_yaml(path: Path) -> Any:
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=_Loader)
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name}: not valid YAML: {' '.join(str(error).split())}") from error


def checked(model: type[Model], raw: Any, path: Path, record: str = "") -> Model:
    """`raw` as `model`, or a `DataError` such as "adults.yml: asc_dudley: phone.display: Field required"."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        where = ": ".join(part for part in (path.name, record, field) if part)
        raise DataError(f"{where}: {first['msg']}") from error
