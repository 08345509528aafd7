"""Services as another directory would send them, records changed a little, and the standard's own check of both."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from bot.directory.agencies import Agency
from bot.directory.imported import as_yaml
from bot.directory.open_referral import Json
from bot.directory.open_referral_in import agencies_of

SCHEMA = json.loads((Path(__file__).parent / "hsds_service.schema.json").read_text(encoding="utf-8"))
CHECK = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
TODAY = date(2026, 11, 21)
ELSEWHERE: Json = {
    "id": "ac148810-d857-441c-9679-408f346de14b",
    "name": "Walsall Listening Line",
    "status": "active",
    "service_areas": [{"name": "Walsall"}],
    "phones": [{"number": "01922 123456"}],
}


def faults(page: Json) -> list[str]:
    return [".".join(map(str, error.path)) for error in CHECK.iter_errors(page)]


def elsewhere(**changes: Any) -> Json:
    found = copy.deepcopy(ELSEWHERE) | changes
    return {key: value for key, value in found.items() if value is not ...}


def read(**changes: Any) -> Agency:
    (agency,) = agencies_of([elsewhere(**changes)], TODAY, "Imported").agencies
    return agency


def like(agency: Agency, **changes: Any) -> Agency:
    (raw,) = yaml.safe_load(as_yaml(agency))
    return Agency.model_validate(raw | changes)
