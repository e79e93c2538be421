"""The bundled scenarios and their variants by name. None is read for it: every process collects every test."""

from __future__ import annotations

from pathlib import Path

_FOLDERS = sorted((Path(__file__).resolve().parents[1] / "scenarios").glob("*/scenario.yaml"))

VARIANTS = [
    (file.parent.name, variant)
    for file in _FOLDERS
    for variant in ("base", *sorted(path.stem for path in (file.parent / "variants").glob("*.yaml")))
]
