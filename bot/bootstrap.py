"""The only place that picks implementations: settings in, one `Services` out."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.directory.choose import Directory
from bot.directory.hours import LONDON
from bot.directory.places import Places
from bot.errors import SettingsError
from bot.languages.catalogue import Catalogues
from bot.languages.detection import LanguageDetector
from bot.languages.examples import lines_by_language
from bot.languages.keywords import Keywords
from bot.languages.registry import Registry
from bot.ports import Dialogue, Mailer, SmsProvider, Translator
from bot.safeguarding.detector import EmergencyDetector
from bot.safeguarding.signals import Signals
from bot.safeguarding.told import StoryWords
from bot.safeguarding.urgency import UrgencyRules
from bot.settings import ROOT, Settings
from bot.store import schema
from bot.store.sealing import master_key
from bot.store.unit_of_work import Store, sqlite_folder
from bot.usecases.services import Services

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Knowledge:
    """What is read from the project's own files. The same for every service in a process."""

    registry: Registry
    catalogues: Catalogues
    keywords: Keywords
    languages: LanguageDetector
    detector: EmergencyDetector
    signals: Signals
    story_words: StoryWords
    urgency: UrgencyRules
    directory: Directory
    places: Places


def load_knowledge(settings: Settings) -> Knowledge:
    """Read the packaged data. Raises `DataError` naming file and record."""
    registry = Registry.load(ROOT / "translations" / "languages.yml")
    directory = Directory.load(settings.directory)
    for fault in directory.faults(utc_now().astimezone(LONDON).date()):
        # It is not given to anybody any more. The service goes on with the others.
        log.error("directory_record_lapsed", record=fault)
    return Knowledge(
        registry=registry,
        catalogues=Catalogues(ROOT, registry),
        keywords=Keywords.load(ROOT / "data" / "lexicon" / "keywords"),
        languages=language_detector(registry, settings.var),
        detector=emergency_detector(settings.var),
        signals=Signals.load(ROOT / "data" / "lexicon" / "signals"),
        story_words=StoryWords.load(ROOT / "data" / "lexicon" / "story"),
        urgency=UrgencyRules.load(ROOT / "data" / "urgency.yml"),
        directory=directory,
        places=Places.load(settings.directory),
    )


def build(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    knowledge: Knowledge | None = None,
    store: Store | None = None,
    dialogue: Dialogue | None = None,
    sms: SmsProvider | None = None,
    translator: Translator | None = None,
    mail: Mailer | None = None,
) -> Services:
    """Everything, ready to use. Raises `SettingsError` or `DataError` naming what is at fault."""
    known = knowledge or load_knowledge(settings)
    services = Services(
        settings=settings,
        root=ROOT,
        clock=clock,
        store=store or open_store(settings),
        dialogue=dialogue or load_dialogue(settings),
        sms=sms or sms_provider(settings),
        translator=translator or machine_translator(settings, known.registry, clock),
        mail=mail or mailer(settings),
        **vars(known),
    )
    services.numbers()
    return services


def build_offline(settings: Settings) -> Services:
    """For commands that keep nothing: a database in memory."""
    store = Store("sqlite://", bytes(32))
    schema.upgrade(store.engine)
    return build(settings, store=store)


def open_store(settings: Settings) -> Store:
    """The database in its current schema. Raises `StoreUnavailable`."""
    store = open_store_as_it_is(settings)
    schema.upgrade(store.engine)
    return store


def open_store_as_it_is(settings: Settings) -> Store:
    """The database with whatever schema it has."""
    key = settings.master_key.get_secret_value() if settings.master_key else None
    url = settings.url_of_database
    if folder := sqlite_folder(url):
        folder.mkdir(parents=True, exist_ok=True)
    return Store(url, master_key(key, settings.var))


def load_dialogue(settings: Settings) -> Dialogue:
    """Rasa with the trained model. Without one the service still runs, and answers with the safety replies."""
    from bot.dialogue.engine import NoDialogue, RasaDialogue
    from bot.dialogue.training import model_path

    path = settings.model or model_path(ROOT, settings.var)
    if not path.exists():
        log.error("model_missing", path=str(path), advice="run bot train")
        return NoDialogue()
    try:
        return RasaDialogue(path)
    except Exception as error:
        log.error("model_broken", path=str(path), kind=type(error).__name__, advice="delete it and run bot train")
        return NoDialogue()


def emergency_detector(folder: Path) -> EmergencyDetector:
    """The detector with its index of rules, which is kept beside the model because it takes seconds to make."""
    lexicon, code = ROOT / "data" / "lexicon" / "emergency", ROOT / "bot" / "safeguarding"
    digest = hashlib.sha256()
    # How letters are folded is part of what a rule looks for.
    made_by = [code / "literals.py", code / "detector.py", ROOT / "bot" / "languages" / "normalise.py"]
    for path in [*sorted(lexicon.glob("*.yml")), *made_by]:
        digest.update(path.name.encode() + path.read_bytes())
    name = f"lexicon-{digest.hexdigest()[:16]}.json"
    if (made := _made_already(folder, name)) is not None:
        return EmergencyDetector.load(lexicon, json.loads(made.read_text("utf-8")))
    kept = folder / "model" / name
    detector = EmergencyDetector.load(lexicon)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob("lexicon-*.json"):
            old.unlink(missing_ok=True)
        waiting = kept.with_suffix(f".{os.getpid()}")
        waiting.write_text(json.dumps(detector.index, ensure_ascii=False), "utf-8")
        waiting.replace(kept)
    except OSError as error:
        log.warning("emergency_index_not_kept", kind=type(error).__name__)
    return detector


def _made_already(folder: Path, name: str) -> Path | None:
    """What `bot train` made from these very files, beside this data or beside the checkout's own."""
    places = (folder / "model" / name, ROOT / "var" / "model" / name)
    return next((place for place in places if place.exists()), None)


def language_detector(registry: Registry, folder: Path) -> LanguageDetector:
    """The detector fitted to the present examples; the fit is kept beside the model, because it takes seconds."""
    from bot.dialogue.training import fingerprint

    files = ("detection.py", "few_words.py", "keyboards.py", "kin.py")
    code = b"".join((ROOT / "bot" / "languages" / name).read_bytes() for name in files)
    name = f"languages-{hashlib.sha256(fingerprint(ROOT).encode() + code).hexdigest()[:16]}"
    kept = folder / "model" / name
    try:
        return LanguageDetector.load(registry, _made_already(folder, name) or kept)
    except (OSError, ValueError):
        detector = LanguageDetector.fit(registry, lines_by_language(ROOT, registry))
    try:
        detector.save(kept)
        for old in kept.parent.glob("languages-*"):
            if old != kept:
                shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        log.warning("language_detector_not_kept", kind=type(error).__name__)
    return detector


def sms_provider(settings: Settings) -> SmsProvider | None:
    """Twilio when its settings are there; otherwise SMS is off."""
    if not settings.sms_is_on:
        return None
    from bot.channels.twilio_sms import TwilioSms

    return TwilioSms(settings)


def mailer(settings: Settings) -> Mailer | None:
    """A mail server when its settings are there; otherwise referrals go by hand. Raises `SettingsError`."""
    if bool(settings.smtp_host) != bool(settings.smtp_from):
        raise SettingsError(f"BOT_SMTP_{'FROM' if settings.smtp_host else 'HOST'}: host and sender go together")
    if not settings.mail_is_on:
        return None
    from bot.channels.smtp_mail import SmtpMail

    return SmtpMail(settings)


def machine_translator(
    settings: Settings,
    registry: Registry,
    clock: Callable[[], datetime] = utc_now,
    also: frozenset[str] = frozenset(),
) -> Translator:
    """Google for the purposes that the operator allows, and `also` for what a command is run for; else none."""
    from bot.translation.none import NoTranslator

    purposes = settings.translate_for | also
    if not purposes:
        return NoTranslator()
    from bot.translation.google import GoogleTranslate
    from bot.translation.translator import MachineTranslator

    engine = GoogleTranslate(settings.translate_base)
    return MachineTranslator(engine, purposes, registry, clock, settings.translate_seconds)
