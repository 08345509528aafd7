"""All settings, from the environment or `.env`, in one frozen object. `.env.example` lists them; a test compares."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
_ADDRESS = r"^(https?://[^\s/]+\S*)?$"
_PURPOSE = "(staff_reading|staff_reply|resident_fallback)"
_PURPOSES = rf"^\s*({_PURPOSE}\s*(,\s*{_PURPOSE}\s*)*)?$"
_HOST = r"^[A-Za-z0-9.:-]*$"
_TELEPHONE = r"^(\+?[0-9][0-9 ]{2,24})?$"
_MAILBOX = r"^([A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?$"


class Settings(BaseSettings):
    """One attribute a setting; its name in the environment is the attribute's in capitals with `BOT_` before it."""

    model_config = SettingsConfigDict(
        env_prefix="BOT_",
        env_file=".env",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    var: Path = ROOT / "var"
    # Hidden, because it can hold a password.
    database_url: str = Field(default="", repr=False)
    public_url: str = Field(default="", pattern=_ADDRESS)
    master_key: SecretStr | None = None
    staff_api_token: SecretStr | None = None
    serve_drafts: bool = True
    model: Path | None = None
    directory: Path = ROOT / "data" / "directory"
    exit_url: str = Field(default="https://www.bbc.co.uk/weather", pattern=_ADDRESS)
    session_minutes: int = Field(default=30, ge=5, le=240)
    messages_a_minute: int = Field(default=30, ge=5, le=1000)
    sweep_seconds: float = Field(default=5.0, gt=0)
    reconcile_seconds: float = Field(default=120.0, gt=0)

    # A comma list; `translate_for` is the set of them.
    translate_purposes: str = Field(default="", pattern=_PURPOSES)
    translate_base: str = Field(default="", pattern=_ADDRESS)
    translate_seconds: float = Field(default=5.0, gt=0, le=60)

    twilio_account_sid: str = Field(default="", alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr | None = Field(default=None, alias="TWILIO_AUTH_TOKEN")
    twilio_from: str = Field(default="", alias="TWILIO_FROM")
    twilio_api_base: str = Field(default="", alias="TWILIO_API_BASE", pattern=_ADDRESS)

    smtp_host: str = Field(default="", pattern=_HOST)
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_from: str = Field(default="", pattern=_MAILBOX)
    smtp_tls: Literal["starttls", "implicit"] = "starttls"
    smtp_ca: Path | None = None
    # As people read it.
    team_phone: str = Field(default="", pattern=_TELEPHONE)

    @classmethod
    def load(cls, **overrides: Any) -> "Settings":
        """Read the environment. Raises `SettingsError` naming the setting at fault."""
        try:
            settings = cls(**overrides)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "settings"
            shown = name.upper() if name.isupper() else f"BOT_{name.upper()}"
            raise SettingsError(f"{shown}: {first['msg']}") from None
        return settings

    @property
    def url_of_database(self) -> str:
        return self.database_url or f"sqlite:///{self.var / 'bot.sqlite3'}"

    @property
    def translate_for(self) -> frozenset[str]:
        """The purposes for which words may go to a translator outside."""
        return frozenset(self.translate_purposes.replace(",", " ").split())

    @property
    def sms_is_on(self) -> bool:
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_from)

    @property
    def mail_is_on(self) -> bool:
        return bool(self.smtp_host and self.smtp_from)
