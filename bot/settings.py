"""The only reader of the environment: where things lie and how the product is set up."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import AskwellError

Purpose = Literal["voice", "feedback", "reader"]
PURPOSES: tuple[Purpose, ...] = ("voice", "feedback", "reader")
"""What a language model may be asked for."""


def _home() -> Path:
    return Path.home() / ".askwell"


class Settings(BaseSettings):
    """Settings from `ASKWELL_*` variables; docs/operators.md lists them with their defaults."""

    model_config = SettingsConfigDict(
        env_prefix="ASKWELL_", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    home: Path = Field(default_factory=_home, description="Where sessions and the index are kept.")
    data: Path | None = Field(None, description="A directory of your own scenarios, prompts and knowledge.")
    database_url: str | None = Field(None, description="A SQLAlchemy URL; without it, SQLite in the home directory.")
    chroma_url: str | None = Field(None, description="A Chroma server for the index; without it, in memory.")
    port: int = Field(8501, ge=1, le=65535, description="The port of the app, on loopback.")

    base_url: str | None = Field(None, description="An OpenAI-compatible endpoint, for instance http://host:8000/v1.")
    api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("ASKWELL_API_KEY", "OPENAI_API_KEY"),
        description="The endpoint's key; ASKWELL_API_KEY, else OPENAI_API_KEY.",
    )
    model: str | None = Field(None, description="The model's name, or provider:name for another provider.")
    voice_model: str | None = Field(None, description="A model of its own for the rep's words.")
    feedback_model: str | None = Field(None, description="A model of its own for the written feedback and the judge.")
    reader_model: str | None = Field(None, description="A model of its own for coding the manager's words.")
    voice: Literal["lines", "model"] = Field("lines", description="Who words the rep: written lines, or a model.")
    budget_session: int | None = Field(None, gt=0, description="Tokens that a session's replies may take.")
    budget_day: int | None = Field(None, gt=0, description="Tokens that all models together may take in a day (UTC).")
    timeout: float = Field(30.0, gt=0, le=600, description="Seconds to wait for first words or a piece.")

    @field_validator("api_key")
    @classmethod
    def _as_a_header_holds_it(cls, key: SecretStr | None) -> SecretStr | None:
        # A client refuses a header with a line break in it by printing the header, key and all.
        stripped = key.get_secret_value().strip() if key else ""
        if any(not "!" <= letter <= "~" for letter in stripped):
            raise ValueError("contains a space, a line break or a character outside ASCII; set it again")
        return SecretStr(stripped) if stripped else None

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the store."""
        return self.database_url or f"sqlite:///{self.home.expanduser() / 'askwell.db'}"

    @property
    def cache(self) -> Path:
        """Where disposable things lie: the index and cached embeddings."""
        return self.home.expanduser() / "cache"


def model_for(config: Settings, purpose: Purpose) -> str | None:
    """The model that somebody named for `purpose`, if anybody did."""
    own = {"voice": config.voice_model, "feedback": config.feedback_model, "reader": config.reader_model}[purpose]
    return own or config.model


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. Raises AskwellError that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        field = str(wrong["loc"][0]).lower()
        if field.endswith("api_key"):  # its value is never shown
            raise AskwellError(
                f"ASKWELL_API_KEY or OPENAI_API_KEY: {wrong['msg'].removeprefix('Value error, ')}"
            ) from None
        name = f"ASKWELL_{field}".upper()
        raise AskwellError(f"{name}: {wrong['input']!r}: {wrong['msg'][:1].lower()}{wrong['msg'][1:]}") from None
