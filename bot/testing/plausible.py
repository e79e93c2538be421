"""Replies that fit a request when nobody has scripted any: a short spoken line, or JSON of the shape asked for.

They show the shape of things. They are not what a model would say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_OFFERED = re.compile(r"What you do in this reply:\n[^\n]*:\n([^\n]+)")
"""The line that a request for the rep's words offers, or wants told."""
_KNOWN = re.compile(r"in words that you might use:\n- [^:\n]+: ([^\n/]+)")
"""What the rep knows that is nearest to the manager's words."""
_LISTED = re.compile(r"^(?:- |\d+[.)] )(?!nothing$)(?![\w ]{1,30}: )(.+)$", re.MULTILINE)
"""An item of a list, but not a label with its value, such as those of the card."""
_SCHEMA = "JSON Schema"
_NO_LINE = "All right. Ask me what you'd like to know."
_TEXT = "something short"
_DEEPEST = 12
"""A schema that contains itself ends here."""


def plausible_reply(asked: Mapping[str, Any]) -> str:
    """A reply to the body of a chat request, always the same for the same body.

    If it asks for JSON (by JSON Schema, by a function or in words), the JSON fits its schema: the first of several
    values, short texts, numbers inside their range, one entry in each list. Otherwise it is the line that the request
    offers, else the first thing that it lists, else a few words.
    """
    texts = [_text(message.get("content")) for message in asked.get("messages", ())]
    schema = _schema_of(asked, texts[-1] if texts else "")
    if schema is not None:
        return json.dumps(_fitting(schema, schema.get("$defs", {}), 0), ensure_ascii=False)
    for pattern in (_OFFERED, _KNOWN, _LISTED):
        for text in texts:
            if found := pattern.search(text):
                return " ".join(found[1].split())
    return _NO_LINE


def _text(content: Any) -> str:
    """A message's text. Some clients send it in parts."""
    if isinstance(content, list):
        return "\n".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _schema_of(asked: Mapping[str, Any], last: str) -> dict[str, Any] | None:
    """The JSON Schema that the reply must fit; None for plain words."""
    if asked.get("tools"):
        parameters: dict[str, Any] = asked["tools"][0]["function"].get("parameters", {})
        return parameters
    form = asked.get("response_format") or {}
    if "json_schema" in form:
        shape: dict[str, Any] = form["json_schema"].get("schema", {})
        return shape
    start = last.find("{", last.rfind(_SCHEMA)) if _SCHEMA in last else -1
    if start >= 0:
        try:
            found = json.JSONDecoder().raw_decode(last, start)[0]
        except ValueError:  # words about a schema, without one
            found = None
        if isinstance(found, dict):
            return found
    return {} if form.get("type") == "json_object" else None


def _fitting(schema: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> Any:
    """A value that fits a schema."""
    if "$ref" in schema:
        schema = defs.get(str(schema["$ref"]).rpartition("/")[2], {})
    for name in ("allOf", "anyOf", "oneOf"):
        if schema.get(name):
            options = schema[name]
            return _fitting(next((one for one in options if one.get("type") != "null"), options[0]), defs, depth)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        held = schema.get("properties", {})
        required = schema.get("required", ())
        kept = held if depth < _DEEPEST else {name: one for name, one in held.items() if name in required}
        return {name: _fitting(one, defs, depth + 1) for name, one in kept.items()}
    if kind == "array":
        least = schema.get("minItems", 0)
        return [_fitting(schema.get("items", {}), defs, depth + 1)] * (max(1, least) if depth < _DEEPEST else least)
    if kind in ("integer", "number"):
        return _number(schema, whole=kind == "integer")
    if kind == "string":
        text = _TEXT.ljust(schema.get("minLength", 0), ".")
        return text[: schema.get("maxLength", len(text))]
    return True if kind == "boolean" else None


def _number(schema: Mapping[str, Any], whole: bool) -> float:
    """The middle of a number's range; 1 if it has none."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None:
        low = 0 if high is None else high - 2
    middle = (low + (low + 2 if high is None else high)) / 2
    return int(middle) if whole else middle
