"""What is right in a scenario with mistakes, so that its other files can be checked against it."""

from __future__ import annotations

from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from .schema import Entry, Epilogue, Fact, Insight, News, Replies, Scenario, Step, Variant

_LISTS: dict[str, type[BaseModel]] = {
    "facts": Fact,
    "entries": Entry,
    "insights": Insight,
    "steps": Step,
    "news": News,
    "epilogues": Epilogue,
    "variants": Variant,
}

Part = TypeVar("Part", bound=BaseModel)


def salvaged(data: dict[str, Any]) -> Scenario:
    """The lists of a scenario, each as long as in the data. An item with a mistake keeps only its id."""
    lists = {
        field: tuple(_item(model, value) for value in data[field])
        for field, model in _LISTS.items()
        if isinstance(data.get(field), list)
    }
    try:
        replies = TypeAdapter(Replies).validate_python(data["replies"])
    except ValidationError:
        replies = {}
    return _blank(Scenario, replies=replies, **lists)


def _item(model: type[Part], value: Any) -> Part:
    try:
        return model.model_validate(value)
    except ValidationError:
        return _blank(model, id=value.get("id") if isinstance(value, dict) else None)


def _blank(model: type[Part], **known: Any) -> Part:
    """A model with nothing in it but what is known."""
    required = {name: field.annotation for name, field in model.model_fields.items() if field.is_required()}
    empty = {name: (get_origin(kind) or str)() for name, kind in required.items()}
    return model.model_construct(**{**empty, **known})
