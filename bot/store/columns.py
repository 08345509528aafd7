"""Column types and the sealed attribute that the models share."""

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any, overload

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, object_session
from sqlalchemy.types import TypeDecorator

from bot.errors import SealBroken
from bot.store.sealing import Sealer

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, on SQLite too. Refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def new_id() -> str:
    return str(uuid.uuid4())


def is_id(text: str) -> bool:
    """Whether this could be a `new_id`: a row's id that was made before the row, and came back in a form."""
    return _ID.fullmatch(text) is not None


class Base(DeclarativeBase):
    """Root of the models. `id` is made by us, because sealed values are bound to it before the row is written."""

    id: Any


class Sealed:
    """A text attribute kept sealed in the column `<name>_sealed`. The object must have been added to a session."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name, self._column = name, f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type) -> "Sealed": ...
    @overload
    def __get__(self, row: Base, owner: type) -> str | None: ...
    def __get__(self, row: Base | None, owner: type) -> "Sealed | str | None":
        if row is None:
            return self
        sealed = getattr(row, self._column)
        return None if sealed is None else _sealer(row).open(bytes(sealed), self._place(row))

    def __set__(self, row: Base, text: str | None) -> None:
        sealed = None if text is None else _sealer(row).seal(text, self._place(row))
        setattr(row, self._column, sealed)

    def _place(self, row: Base) -> str:
        return f"{row.__tablename__}.{self._name}.{row.id}"


class SealedJson:
    """A sealed attribute that holds any JSON value."""

    def __init__(self) -> None:
        self._text = Sealed()

    def __set_name__(self, owner: type, name: str) -> None:
        self._text.__set_name__(owner, name)

    def __get__(self, row: Base | None, owner: type) -> Any:
        text = self._text.__get__(row, owner)  # type: ignore[arg-type]
        return json.loads(text) if isinstance(text, str) else text

    def __set__(self, row: Base, value: Any) -> None:
        self._text.__set__(row, None if value is None else json.dumps(value, ensure_ascii=False))


def _sealer(row: Base) -> Sealer:
    session = object_session(row)
    if session is None:
        raise SealBroken(f"{row.__tablename__}: sealed text can be reached only through a unit of work")
    sealer: Sealer = session.info["sealer"]
    return sealer
