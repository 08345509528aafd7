"""Every error this project raises on purpose.

BotError
|-- SettingsError        a setting is missing or malformed; the message names it
|-- DataError            a packaged data file is wrong; the message names file and record
|-- DialogueUnavailable  the trained model is absent or failed; the safety reply still goes out
|-- StoreUnavailable     the database cannot be written; nothing was acknowledged
|-- SealBroken           sealed text does not open with our keys, or was moved from its row
|-- NotFound             what was asked for does not exist
|-- NotAllowed           this person may not do that
|-- PdfUnavailable       no PDF can be made here; the same form is given as a page to print
|-- ProviderError        the SMS provider or the mail server refused or did not answer
|   |-- Refused          final: sending the same again cannot succeed
|   |-- Throttled        try again later; nothing was sent
|   `-- Ambiguous        may or may not have been sent: look it up before sending again
`-- TranslationFailed    no translation came back that can be trusted
"""


class BotError(Exception):
    """Base of them all."""


class SettingsError(BotError):
    """A setting is missing or malformed."""


class DataError(BotError):
    """A packaged data file is wrong."""


class DialogueUnavailable(BotError):
    """The dialogue model is absent or failed."""


class StoreUnavailable(BotError):
    """The database cannot be written."""


class SealBroken(BotError):
    """Sealed text does not open."""


class NotFound(BotError):
    """There is no such thing."""


class NotAllowed(BotError):
    """This person may not do that."""


class PdfUnavailable(BotError):
    """No PDF can be made here."""


class ProviderError(BotError):
    """A provider did not take a message. `code` is the provider's own error code, if it gave one."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Refused(ProviderError):
    """Final."""


class Throttled(ProviderError):
    """Later."""


class Ambiguous(ProviderError):
    """Unknown whether it was sent."""


class TranslationFailed(BotError):
    """No translation that can be trusted. `code` says why:

    off, language (not known, or the answer is in another script), length, throttled, timeout, unavailable, empty,
    unchanged, placeholders (some were lost, or a number was made up).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
