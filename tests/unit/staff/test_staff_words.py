"""The console's words: everything that can be shown has a name, and every name is used."""

import re
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.directory import upkeep
from bot.directory.agencies import Kind
from bot.languages.catalogue import placeholders, source_strings
from bot.safeguarding import referral
from bot.safeguarding.categories import CATEGORIES
from bot.safeguarding.permissions import ROLES
from bot.safeguarding.urgency import URGENCIES
from bot.settings import ROOT
from bot.store.concerns import BY_RESIDENT
from bot.usecases import number_reports
from bot.usecases.concerns import ANSWERS
from bot.usecases.referral_form import CONSENTS
from bot.usecases.referral_troubles import TROUBLES
from bot.usecases.review import OUTCOMES

WORDS: dict[str, str] = yaml.safe_load((ROOT / "translations" / "staff.yml").read_text(encoding="utf-8"))
TEMPLATES = sorted((ROOT / "bot" / "staff" / "templates").glob("*.html"))
RULES = yaml.safe_load((ROOT / "data" / "urgency.yml").read_text(encoding="utf-8"))["levels"]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
STATES = ("queued", "sending", "sent", "delivered", "failed", "held", "shown")
STATUSES = ("unfinished", "submitted", "acknowledged", "closed", "noted")
REFERRAL_EVENTS = [f"referral_{what}" for what in (*referral.STATUSES, "made", "chased")]
# Names made of a prefix and a code.
CODES = {
    "reason_": [*(rule["id"] for rule in RULES), "noted_at_wish", "set_by_person"],
    "category_": CATEGORIES,
    "urgency_": URGENCIES,
    "status_": STATUSES,
    "state_": STATES,
    "outcome_": OUTCOMES,
    "role_": ROLES,
    "role_about_": ROLES,
    "answer_": ANSWERS,
    "channel_": ("sms", "whatsapp", "web"),
    "writer_": ("child", "parent", "neighbour", "professional", "adult"),
    "staff_machine_": (
        *("off", "language", "length", "throttled", "timeout", "unavailable", "empty", "unchanged", "placeholders"),
    ),
    "account_": ("invited", "enrolling", "active", "locked", "disabled"),
    "event_": (
        *BY_RESIDENT,
        "acknowledged",
        "note",
        "message",
        "urgency_changed",
        "number_shown",
        "closed",
        *REFERRAL_EVENTS,
    ),
    "number_outcome_": number_reports.OUTCOMES,
    "directory_sort_": get_args(upkeep.Sort),
    "staff_directory_": ("due", "gaps", "withheld"),
    "staff_directory_hours_": ("always", "unknown", "else"),
    "staff_directory_command_": ("confirm", "withhold"),
    "referral_status_": referral.STATUSES,
    "referral_answer_": referral.BY_STAFF,
    "referral_tick_": referral.BY_AGENCY,
    "agency_answer_": referral.BY_AGENCY,
    "referral_route_": referral.ROUTES,
    "staff_refer_route_": referral.ROUTES,
    "staff_refer_route_hint_": referral.ROUTES,
    "staff_refer_kind_": get_args(Kind),
    "staff_queue_referral_": TROUBLES,
    "consent_": CONSENTS,
    "referral_box_": ("name", "born", "address", "school", "gp", "ethnicity", "language", "disability"),
    "referral_household_": ("name", "age", "relation", "lives"),
    "referral_sign_": ("name", "date", "signature"),
    "agency_": [kind + end for kind in ("gone", "busy", "old") for end in ("", "_heading")],
    "failure_": ("opted_out", "not_safe", "expired", "undelivered", "seal_broken", "code"),
}


@pytest.mark.parametrize(("prefix", "codes"), CODES.items())
def test_every_code_has_a_name(prefix: str, codes: list[str]) -> None:
    assert [code for code in codes if prefix + code not in WORDS] == []


def test_every_answer_that_can_be_chosen_has_a_name() -> None:
    missing = []
    for question in ANSWERS:
        for key, response in DOMAIN["responses"].items():
            if re.fullmatch(rf"utter_ask_{question}(_child|_parent|_unsure)?", key):
                codes = re.findall(r'"choice": "([a-z0-9_]+)"', str(response))
                missing += [c for c in codes if f"choice_{question}_{c}" not in WORDS]
    assert missing == []
    assert [c for c in ("yes", "no", "unsure") if f"choice_danger_{c}" not in WORDS] == []


def test_every_key_in_a_template_exists() -> None:
    known = {**source_strings(ROOT), **WORDS}
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for key, rest in re.findall(r'\b(?:t|plain)\([\'"]([a-z_]+)[\'"]( ~)?', text):
            assert rest or key in known, f"{path.name}: {key}"


def test_no_key_is_left_over() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("bot/staff", "bot/usecases")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html"}
    )
    made = {prefix + code for prefix, codes in CODES.items() for code in codes}
    prefixes = ("choice_", "staff_problem_", "staff_nav_", "staff_error_", "staff_done_", "staff_wish_", "failure_")
    unused = [k for k in WORDS if k not in made and not k.startswith(prefixes) and k not in sources]
    # `staff_speaker_` and the headings of the two shelves are put together in the templates.
    assert [k for k in unused if not re.match(r"staff_(speaker_\w+|noted_heading|closed_heading)$", k)] == []


def test_every_problem_that_can_be_met_is_explained() -> None:
    keys: set[str] = set()
    for folder in ("bot/usecases", "bot/staff"):
        for path in (ROOT / folder).glob("*.py"):
            keys |= set(re.findall(r'Problem\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8")))
    keys |= {f"empty_{name}" for name in ("note", "message", "close_reason", "urgency_reason", "number_reason")}
    keys |= {f"refused_{why}" for why in ("opted_out", "not_safe", "left")}
    keys |= {"grave_close", "grave_urgency"}
    keys |= {f"empty_{status}_reason" for status in referral.NEEDS_REASON}
    keys |= {a + b for a, b in product(["account_"], ["username", "taken", "name", "role", "last"])}
    keys |= {a + b for a, b in product(["password_"], ["short", "long", "obvious", "differs"])}
    explained = {key.removeprefix("staff_problem_") for key in WORDS if key.startswith("staff_problem_")}
    assert keys == explained


def test_no_placeholder_takes_a_name_that_the_catalogue_uses_itself() -> None:
    assert [key for key, text in WORDS.items() if placeholders(text) & {"key", "language"}] == []


def test_templates_hold_no_sentence() -> None:
    for path in TEMPLATES:
        text = re.sub(r"\{[{%#].*?[}%#]\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        words = re.findall(r"[A-Za-z]{3,} [A-Za-z]{2,}", re.sub(r"<[^>]+>", "|", text))
        assert words == [], path.name


def test_templates_are_short() -> None:
    long = {path.name: n for path in TEMPLATES if (n := len(path.read_text(encoding="utf-8").splitlines())) > 150}
    assert long == {}


def test_the_console_s_static_files_load_nothing_from_elsewhere() -> None:
    for path in Path(ROOT / "bot" / "staff" / "static").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|@import|url\(|style=", text), path.name
