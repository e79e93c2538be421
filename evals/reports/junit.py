"""The report as JUnit XML, which every build server reads: one test case a conversation."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from ..records import Record
from .expectations import Unmet
from .summary import Summary

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no place for."""


def as_junit(told: Summary) -> bytes:
    """The document: failures say what was expected, errors why there is no result.

    What concerns a group of conversations is a test case of its own, by the manager's name.
    """
    of_one: dict[str, list[Unmet]] = {}
    for one in told.unmet:
        of_one.setdefault(one.key, []).append(one)
    groups = of_one.pop("", [])
    failed = sum(not record.error for record in told.records if record.key in of_one) + len(groups)
    suite = ElementTree.Element(
        "testsuite",
        name=_clean(told.title),
        tests=str(len(told.records) + len(groups)),
        failures=str(failed),
        errors=str(sum(bool(record.error) for record in told.records)),
        time=f"{sum(record.seconds for record in told.records):.3f}",
    )
    for record in told.records:
        _case(suite, record, of_one.get(record.key, []))
    for one in groups:
        case = ElementTree.SubElement(
            suite, "testcase", classname=_clean(one.where), name=_clean(f"{one.manager} order")
        )
        ElementTree.SubElement(case, "failure", message=_clean(one.why), type=str(one.fault))
    document = ElementTree.Element("testsuites")
    document.append(suite)
    ElementTree.indent(document)
    return bytes(ElementTree.tostring(document, encoding="utf-8", xml_declaration=True)) + b"\n"


def _case(suite: ElementTree.Element, record: Record, unmet: list[Unmet]) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_clean(f"{record.scenario}.{record.variant}"),
        name=_clean(f"{record.manager} seed {record.seed} {record.voice}"),
        time=f"{record.seconds:.3f}",
    )
    if record.error:
        ElementTree.SubElement(case, "error", message=_clean(record.error), type="error")
    elif unmet:
        told = ElementTree.SubElement(
            case, "failure", message=_clean("; ".join(one.why for one in unmet)), type=str(unmet[0].fault)
        )
        told.text = _clean("\n".join(str(one) for one in unmet))


def _clean(words: str) -> str:
    return _NOT_XML.sub("\ufffd", words)
