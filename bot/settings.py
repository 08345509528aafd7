"""All settings, from the environment or `.env`, in one frozen object. `.env.example` lists them; a test compares."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
_ADDRESS = r"^(https?://[^\s/]+\S*)?$"


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
    exit_url: str = Field(default="https://www.bbc.co.uk/weather", pattern=_ADDRESS)
    session_minutes: int = Field(default=30, ge=5, le=240)
    messages_a_minute: int = Field(default=30, ge=5, le=1000)
    sweep_seconds: float = Field(default=5.0, gt=0)
    reconcile_seconds: float = Field(default=120.0, gt=0)

    twilio_account_sid: str = Field(default="", alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr | None = Field(default=None, alias="TWILIO_AUTH_TOKEN")
    twilio_from: str = Field(default="", alias="TWILIO_FROM")
    twilio_api_base: str = Field(default="", alias="TWILIO_API_BASE", pattern=_ADDRESS)

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
    def sms_is_on(self) -> bool:
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_from)
