"""The vector index: Chroma in memory, or on a Chroma server. The only importer of chromadb.

Vectors always come from our own embedder: Chroma never embeds, so it never downloads. In memory is the default, because
two processes writing to one Chroma directory, or one killed while writing, leave an index that crashes its reader.
On disk we keep only vectors by the hash of their texts, which refill the index quickly.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import Request, urlopen

from ..errors import KnowledgeError
from ..redaction import redacted

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_LOG = logging.getLogger(__name__)
_BATCH = 1000
IN_MEMORY = "in memory"
TIMEOUT = 10.0
"""Timeout of a Chroma server, in seconds."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the index: id, text, vector, and strings to filter by."""

    id: str
    text: str
    vector: Floats
    metadata: dict[str, str]


class ServerLost(Exception):
    """The Chroma server is gone. The index is now in memory and empty; repeat the request."""


class Index:
    """Collections by name. With a `url` they are on a Chroma server; if it fails, in memory from then on."""

    def __init__(self, url: str | None = None) -> None:
        import chromadb

        self._config = chromadb.config.Settings(anonymized_telemetry=False)
        self._open: dict[str, Collection] = {}
        self.where = IN_MEMORY
        if url is not None:
            try:
                self._client: Any = server(url)
                self.where = redacted(url)
            except KnowledgeError as error:
                _LOG.warning("%s; using an index in memory", error)
        if self.where == IN_MEMORY:
            self._client = chromadb.EphemeralClient(self._config)

    def ids(self, name: str, **metadata: str) -> set[str]:
        """The ids of a collection, or of its rows with these metadata."""
        return set(self._asked(lambda: self._of(name).get(where=_where(metadata), include=[]))["ids"])

    def rows(self, name: str, **metadata: str) -> list[tuple[dict[str, str], Floats]]:
        """Metadata and vectors of the rows with these metadata, unordered."""
        found = self._asked(lambda: self._of(name).get(where=_where(metadata), include=["metadatas", "embeddings"]))
        return list(zip(found["metadatas"], found["embeddings"], strict=True))

    def near(self, name: str, vector: Floats, k: int) -> list[dict[str, str]]:
        """The metadata of the `k` rows nearest to a vector, nearest first."""
        found = self._asked(
            lambda: self._of(name).query(query_embeddings=[vector.tolist()], n_results=k, include=["metadatas"])
        )
        return [dict(metadata) for metadata in found["metadatas"][0]]

    def put(self, name: str, rows: Sequence[Row]) -> None:
        """Add rows, or replace those with the same ids."""
        for start in range(0, len(rows), _BATCH):
            some = rows[start : start + _BATCH]
            self._asked(lambda some=some: self._put(name, some))

    def close(self) -> None:
        """Close the connections to a server."""
        if self.where != IN_MEMORY:
            self._client.close()
            for session in _sessions(self._client):  # its own close leaves them open
                session.close()

    def _put(self, name: str, rows: Iterable[Row]) -> None:
        self._of(name).upsert(
            ids=[row.id for row in rows],
            embeddings=[row.vector.tolist() for row in rows],
            documents=[row.text for row in rows],
            metadatas=[dict(row.metadata) for row in rows],
        )

    def _of(self, name: str) -> Collection:
        """The named collection, created if missing."""
        if name not in self._open:
            self._open[name] = self._client.get_or_create_collection(name, embedding_function=None)
        return self._open[name]

    def _asked(self, ask: Any) -> Any:
        """The result of a request. If the server fails, drops it and raises ServerLost."""
        if self.where == IN_MEMORY:
            return ask()
        import chromadb

        try:
            return ask()
        except Exception as error:  # its client raises errors of httpx, Chroma and Python
            _LOG.warning("the Chroma server %s failed (%s); using an index in memory", self.where, _said(error))
            self.close()
            self._client, self._open, self.where = chromadb.EphemeralClient(self._config), {}, IN_MEMORY
            raise ServerLost from error


def server(url: str) -> Any:
    """A client of the Chroma server at a URL, whose user and password go into the header of every request.

    Raises KnowledgeError if no server answers.
    """
    import chromadb

    place = urlsplit(url)
    try:
        if place.scheme not in ("http", "https") or not place.hostname:
            raise ValueError("write it like http://localhost:8000")
        login = _login(place)
        _hear(place, login)
        client: Any = chromadb.HttpClient(
            host=place.hostname,
            port=place.port or (443 if place.scheme == "https" else 80),
            ssl=place.scheme == "https",
            headers=login,
            settings=chromadb.config.Settings(anonymized_telemetry=False),
        )
        for session in _sessions(client):  # it knows no timeout, and a manager would wait for ever
            session.timeout = TIMEOUT
    except Exception as error:  # as above
        raise KnowledgeError(f"ASKWELL_CHROMA_URL: no Chroma server answers at {url}: {_said(error)}") from None
    return client


def _login(place: SplitResult) -> dict[str, str]:
    if place.username is None:
        return {}
    login = f"{unquote(place.username)}:{unquote(place.password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}


def _hear(place: SplitResult, login: dict[str, str]) -> None:
    """Check that the server responds. Raises OSError."""
    # Python's client would treat the user and password as part of the host name.
    heartbeat = f"{place.path.rstrip('/')}/api/v2/heartbeat"
    request = Request(place._replace(netloc=place.netloc.rpartition("@")[2], path=heartbeat).geturl())
    for name, value in login.items():
        request.add_unredirected_header(name, value)  # a redirect must not pass it on
    try:
        urlopen(request, timeout=TIMEOUT).close()
    except HTTPError as error:  # it keeps the connection open
        error.close()
        raise


def _sessions(client: Any) -> Iterator[Any]:
    for part in (client, client._admin_client):
        yield part._server._session


def _where(metadata: dict[str, str]) -> Any:
    terms = [{name: value} for name, value in metadata.items()]
    return {"$and": terms} if len(terms) > 1 else next(iter(terms), None)


def _said(error: Exception) -> str:
    # Redact first: a key that has been cut in half would not be recognised.
    return redacted(str(error)).partition("\n")[0][:200] or type(error).__name__
