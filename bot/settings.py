"""Settings. The only module that reads the environment."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import AskwellError
from .files import close_to_others
from .preferences import PREFERENCES, read_consent
from .redaction import keep_out, secrets_in

Purpose = Literal["voice", "feedback", "reader"]
PURPOSES: tuple[Purpose, ...] = ("voice", "feedback", "reader")
"""What a language model is used for."""
DEFAULT_MODEL = "gpt-4.1-mini"
"""The default model at OpenAI's own endpoint."""
_OPENAI = "https://api.openai.com/v1"

_OURS = frozenset(("askwell.db", "askwell.db-wal", "askwell.db-shm", "cache", "spent", PREFERENCES))


def _home() -> Path:
    return Path.home() / ".askwell"


class Settings(BaseSettings):
    """Settings from `ASKWELL_*` variables. docs/operators.md lists them with their defaults."""

    model_config = SettingsConfigDict(
        env_prefix="ASKWELL_",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    home: Path = Field(default_factory=_home, description="Where sessions and the index are stored.")
    data: Path | None = Field(None, description="A directory of your own scenarios, prompts and knowledge.")
    database_url: str | None = Field(None, description="A SQLAlchemy URL. Default: SQLite in the home directory.")
    chroma_url: str | None = Field(None, description="A Chroma server for the index. Default: in memory.")
    port: int = Field(8501, ge=1, le=65535, description="The app's port, on localhost.")

    base_url: str | None = Field(None, description="An OpenAI-compatible endpoint, such as http://host:8000/v1.")
    api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("ASKWELL_API_KEY", "OPENAI_API_KEY"),
        description="The endpoint's key. Falls back to OPENAI_API_KEY.",
    )
    model: str | None = Field(None, description="The model's name, or provider:name for another provider.")
    voice_model: str | None = Field(None, description="A separate model for the rep's words.")
    feedback_model: str | None = Field(None, description="A separate model for written feedback and ratings.")
    reader_model: str | None = Field(None, description="A separate model for coding the manager's words.")
    voice: Literal["lines", "model"] | None = Field(
        None,
        description="Who writes the rep's words: scripted lines or a model. Default: the model, where one is named.",
    )
    reader: Literal["packaged", "model"] | None = Field(
        None, description="Who codes the manager's words. Default: the model, where one is named."
    )
    check: Literal["on", "off"] = Field("on", description="Whether the model also checks what its words tell.")
    budget_session: int | None = Field(None, gt=0, description="Maximum tokens for a session's replies.")
    budget_day: int | None = Field(None, gt=0, description="Maximum tokens for all models together per day (UTC).")
    timeout: float = Field(30.0, gt=0, le=600, description="Seconds to wait for the first words, or between chunks.")

    @field_validator("api_key")
    @classmethod
    def _as_a_header_holds_it(cls, key: SecretStr | None) -> SecretStr | None:
        # Clients reject a header with a line break by printing it, key included.
        stripped = key.get_secret_value().strip() if key else ""
        if any(not "!" <= letter <= "~" for letter in stripped):
            raise ValueError("contains a space, a line break or a character outside ASCII; set it again")
        return SecretStr(stripped) if stripped else None

    @field_validator("base_url", "chroma_url")
    @classmethod
    def _has_its_host_before_its_path(cls, url: str | None) -> str | None:
        # http://me:12/34@host names the host "me" to a client, which asks the name resolver for it.
        if url and "@" in "".join(re.split("[/?#]", url.partition("://")[2], maxsplit=1)[1:]):
            raise ValueError("has an @ behind a / ? or #; write these as %40 %2F %3F %23 in a user or a password")
        return url

    @model_validator(mode="after")
    def _keeps_secrets_out_of_messages(self) -> Self:
        # Other providers' keys too: their packages read them by themselves.
        keys = [value for name, value in os.environ.items() if name.upper().endswith("_API_KEY")]
        keys += [self.api_key.get_secret_value()] if self.api_key else []
        addresses = filter(None, (self.database_url, self.chroma_url, self.endpoint))
        parts = (part for key in keys for part in (key, *key.split()))
        keep_out(*parts, *(secret for address in addresses for secret in secrets_in(address)))
        return self

    @property
    def database(self) -> str:
        """The store's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.home.expanduser() / 'askwell.db'}"

    @property
    def speaks(self) -> Literal["lines", "model"]:
        """Who words the rep: what `voice` says, else a model if one is named or somebody agreed to one."""
        return self.voice or ("model" if model_for(self, "voice") else "lines")

    @property
    def reads(self) -> Literal["packaged", "model"]:
        """Who codes the manager's words: what `reader` says, else a model if one is named."""
        return self.reader or ("model" if model_for(self, "reader") else "packaged")

    @property
    def endpoint(self) -> str:
        """The address of the OpenAI-compatible endpoint. Without `base_url`, what OpenAI's own packages would use."""
        own = os.environ.get("OPENAI_API_BASE") or os.environ.get("OPENAI_BASE_URL")
        return self.base_url or own or _OPENAI

    @property
    def host(self) -> str:
        """The endpoint's host, with its port if it names one, without a user or a password."""
        address = self.endpoint.partition("://")[2] or self.endpoint
        return re.split("[/?#]", address, maxsplit=1)[0].rpartition("@")[2]

    @property
    def keyed_model(self) -> str | None:
        """The model that a key alone can reach. Nothing calls it unless somebody asks for it or agrees to it."""
        return DEFAULT_MODEL if self.base_url is None and self.api_key is not None else None

    @property
    def needs_consent(self) -> bool:
        """Whether a model words the rep only if somebody agrees: a key can reach one; `voice` and names are unset."""
        return self.voice is None and _named_model(self, "voice") is None and self.keyed_model is not None

    @property
    def asks_for_consent(self) -> bool:
        """Whether consent is needed and nobody has answered yet. A yes to another model or host is no answer."""
        if not self.needs_consent or _agreed_model(self):
            return False
        answer = read_consent(self.home)
        return answer is None or answer.given

    @property
    def cache(self) -> Path:
        """The directory of disposable files: the index and cached embeddings."""
        return self.home.expanduser() / "cache"


def model_for(config: Settings, purpose: Purpose) -> str | None:
    """The model for `purpose`: the one named or, for the rep's words, the one somebody agreed to. None without one."""
    return _named_model(config, purpose) or (_agreed_model(config) if purpose == "voice" else None)


def usable_model(config: Settings, purpose: Purpose) -> str | None:
    """The model that answers when somebody asks for one: the one for `purpose`, else the one a key alone can reach."""
    return model_for(config, purpose) or config.keyed_model


def recipient(config: Settings, model: str) -> str:
    """Where a model's requests go: the endpoint's host or, for `provider:name` without an endpoint, the provider."""
    provider, separator, _ = model.partition(":")
    return config.host if config.base_url is not None or not separator or provider == "openai" else provider


def _named_model(config: Settings, purpose: Purpose) -> str | None:
    own = {"voice": config.voice_model, "feedback": config.feedback_model, "reader": config.reader_model}[purpose]
    return own or config.model


def _agreed_model(config: Settings) -> str | None:
    answer = read_consent(config.home) if config.keyed_model else None
    agreed = answer is not None and answer.given and (answer.model, answer.host) == (config.keyed_model, config.host)
    return config.keyed_model if agreed else None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """This process's settings, read once. An existing Askwell home is closed to other users.

    Raises AskwellError naming the variable.
    """
    try:
        config = Settings()
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]  # a key may have been put into any variable
        name = str(wrong["loc"][0]).upper().removeprefix("ASKWELL_")
        names = "ASKWELL_API_KEY or OPENAI_API_KEY" if name.endswith("API_KEY") else f"ASKWELL_{name}"
        expected = wrong["msg"].removeprefix("Value error, ")
        raise AskwellError(f"{names}: {expected[:1].lower()}{expected[1:]}") from None
    _close(config.home)
    return config


def _close(home: Path) -> None:
    """Practice is its owner's alone; but a directory that somebody chose and that holds other things is left alone."""
    with suppress(OSError, RuntimeError):
        home = home.expanduser()
        if {entry.name for entry in home.iterdir()} <= _OURS or home == _home():
            close_to_others(home)
