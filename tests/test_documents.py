"""A team's own documents: every text that Word, PowerPoint, a browser or a PDF reader shows, and nothing else."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge.documents import Document, read_documents
from bot.knowledge.ranking import search_stems
from bot.knowledge.tidying import tidied
from bot.scenario.library import Library

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


class Desk:
    """A directory of one's own with documents in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "knowledge" / "documents"
        self.folder.mkdir(parents=True)

    def write(self, name: str, data: bytes | str) -> None:
        (self.folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())

    def read(self, name: str) -> Document:
        return {one.name: one for one in read_documents(Library(self.root))}[name]

    def texts(self, name: str) -> list[str]:
        document = self.read(name)
        assert document.problem == ""
        return [part.text for part in document.parts]

    def problem(self, name: str, data: bytes | str) -> str:
        self.write(name, data)
        return self.read(name).problem


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "own")


# Word


def word(*blocks: str, styles: str = "", parts: Sequence[tuple[str, str, str]] = ()) -> bytes:
    """A Word file with these blocks of XML in its body; `parts` are (kind, name, XML) that the body refers to."""
    docx = pytest.importorskip("docx")
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    document = docx.Document()
    body = document.element.body
    for number, block in enumerate(blocks):
        body.insert(number, parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {W}", block)))
    if styles:
        document.styles.element.append(parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {W}", styles)))
    for kind, name, xml in parts:
        made = Part(PackURI(f"/word/{name}"), "application/xml", xml.encode(), document.part.package)
        document.part.relate_to(made, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*runs: str, style: str = "", more: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr>{''.join(runs)}</w:p>"


BOX = f"<w:txbxContent>{para(run('Ask twice.'))}</w:txbxContent>"
DRAWN = f"""<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">
<mc:Choice Requires="wps"><w:drawing>{BOX}</w:drawing></mc:Choice>
<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"""
FIELD = "".join(
    (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF plan </w:instrText></w:r>',
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        run("the plan"),
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )
)
DELETED = "<w:r><w:delText>shout</w:delText></w:r>"
CLICK = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
CONTROL = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (para(run("Fill in "), CONTROL.format(run("the sheet")), run(" first.")), "Fill in the sheet first."),
        (para(run("Fill in "), CLICK.format(run("Click here to enter text")), run("it.")), "Fill in it."),
        (para(run("See "), FIELD, run(".")), "See the plan."),
        (para(run("See "), f'<w:fldSimple w:instr="REF plan">{run("the plan")}</w:fldSimple>'), "See the plan"),
        (para(run("See "), f"<w:hyperlink>{run('the plan')}</w:hyperlink>"), "See the plan"),
        (
            para(run("Open "), f"<w:ins>{run('and listen')}</w:ins>", f"<w:del>{DELETED}</w:del>"),
            "Open and listen",
        ),
        (para(f"<w:moveFrom>{run('gone')}</w:moveFrom>", f"<w:moveTo>{run('come')}</w:moveTo>"), "come"),
        (para(run("Seen"), run(" unseen", "<w:vanish/>"), run(" again", '<w:vanish w:val="0"/>')), "Seen again"),
        (para(run("One"), "<w:r><w:tab/><w:t>two</w:t><w:noBreakHyphen/><w:t>three</w:t></w:r>"), "One two-three"),
        (para(run("Beside"), DRAWN), "Beside\n\nAsk twice."),
        (para(f"<w:r><w:pict>{BOX}</w:pict></w:r>"), "Ask twice."),
        (CONTROL.format(para(run("A block."))), "A block."),
        (f"<w:customXml>{para(run('Wrapped.'))}</w:customXml>", "Wrapped."),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_a_word_file_reads_as_word_shows_it_with_all_changes_accepted(desk: Desk, block: str, said: str):
    desk.write("a.docx", word(block))

    assert desk.texts("a.docx") == [said]


def cell(text: str, look: str = "") -> str:
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{text if text.startswith('<') else para(run(text))}</w:tc>"


def test_a_merged_cell_is_read_once_and_a_table_within_a_cell_too(desk: Desk):
    inner = f"<w:tbl><w:tr>{cell('Within')}</w:tr></w:tbl><w:p/>"
    rows = (
        cell("Across", '<w:gridSpan w:val="2"/>'),
        cell("Down", '<w:vMerge w:val="restart"/>') + cell(inner),
        cell("Down", "<w:vMerge/>") + cell("Last"),
        "<w:trPr><w:del/></w:trPr>" + cell("Deleted"),
    )
    desk.write("a.docx", word(f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"))

    assert desk.texts("a.docx") == ["Across Down Within Last"]


OWN_STYLE = '<w:style w:type="paragraph" w:styleId="Ours"><w:name w:val="Our heading"/>{}</w:style>'
GERMAN_STYLE = OWN_STYLE.format("").replace("Ours", "berschrift1").replace("Our heading", "heading 1")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "style"),
    [
        (para(run("Prices"), style="Heading1"), ""),
        (para(run("Prices"), style="Ours"), OWN_STYLE.format('<w:basedOn w:val="Heading1"/>')),
        (para(run("Prices"), style="Ours"), OWN_STYLE.format('<w:pPr><w:outlineLvl w:val="0"/></w:pPr>')),
        (para(run("Prices"), style="berschrift1"), GERMAN_STYLE),
        (para(run("Prices"), more='<w:outlineLvl w:val="0"/>'), ""),
        (para(CONTROL.format(run("Prices")), style="Heading1"), ""),
    ],
)  # fmt: skip
def test_a_heading_is_one_by_its_style_or_outline_level(desk: Desk, heading: str, style: str):
    desk.write("a.docx", word(heading, para(run("Terms"), style="Heading2"), para(run("Thirty days.")), styles=style))
    [part] = desk.read("a.docx").parts

    assert (part.title, part.source, part.text) == ("Terms", "a.docx, Prices > Terms", "Thirty days.")


def test_notes_headers_and_footers_of_a_word_file_are_read(desk: Desk):
    note = f'<w:footnotes {W}><w:footnote w:id="2">{para(run("By law."))}</w:footnote></w:footnotes>'
    header = f"<w:hdr {W}>{para(run('Northwind handbook'))}</w:hdr>"
    footer = f"<w:ftr {W}>{para(run('12'))}</w:ftr>"
    desk.write(
        "a.docx",
        word(
            para(run("Thirty days."), '<w:r><w:footnoteReference w:id="2"/></w:r>'),
            parts=[("footnotes", "footnotes.xml", note), ("header", "h.xml", header), ("footer", "f.xml", footer)],
        ),
    )

    assert [(part.source, part.text) for part in desk.read("a.docx").parts] == [
        ("a.docx", "Thirty days.\n\nBy law."),
        ("a.docx, header and footer", "Northwind handbook"),
    ]


# PowerPoint


def test_a_deck_is_cut_by_slide_with_groups_tables_and_notes(desk: Desk):
    pptx = pytest.importorskip("pptx")
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Renewals"
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "Ask early."
    table = slide.shapes.add_table(2, 2, 0, 0, 9, 9).table
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(0, 0).text = "Who decides"
    table.cell(1, 1).text = "Depot head"
    slide.notes_slide.notes_text_frame.text = "Tell the story of the depot."
    deck.slides.add_slide(deck.slide_layouts[6])
    deck.save(str(desk.folder / "deck.pptx"))

    found = [(part.title, part.source, part.text) for part in desk.read("deck.pptx").parts]
    assert found == [
        ("Renewals", "deck.pptx, slide 1", "Renewals\n\nAsk early.\n\nWho decides\n\nDepot head"),
        ("Renewals", "deck.pptx, slide 1, notes", "Tell the story of the depot."),
    ]


def test_a_slide_that_is_only_a_picture_is_named(desk: Desk):
    pptx = pytest.importorskip("pptx")
    image = pytest.importorskip("PIL.Image")
    file = io.BytesIO()
    image.new("RGB", (2, 2)).save(file, "PNG")
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(file, 0, 0)
    deck.save(str(desk.folder / "deck.pptx"))

    assert desk.read("deck.pptx").problem == "slide 1: a picture without text; type its words as text"


# Web pages and RTF

PAGE = """<!DOCTYPE html><html><head><title>No</title><style>p { no: no }</style></head><body>
<!-- no --><script>no()</script><p>Before <b>every</b> head<i>ing</i>.</p>
<h1>Pricing</h1><h2><div>Dis<b>counts</b></div></h2>
<div>Ten&nbsp;percent,<br>no more.<ul><li>Ask</li><li hidden>No</li><li>Listen</li></ul>Then stop.</div>
<table><tr><td>Small</td><td>Large</td></tr><tr><td>5</td><td>9</td></tr></table></body></html>"""


@pytest.mark.parametrize("ending", ["html", "htm"])
def test_a_web_page_is_cut_by_heading(desk: Desk, ending: str):
    pytest.importorskip("lxml")
    desk.write(f"page.{ending}", PAGE)

    assert [(part.source, part.text.split("\n\n")) for part in desk.read(f"page.{ending}").parts] == [
        (f"page.{ending}", ["Before every heading."]),
        (
            f"page.{ending}, Pricing > Discounts",
            ["Ten percent, no more.", "Ask", "Listen", "Then stop.", "Small Large", "5 9"],
        ),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("<p>Café</p>".encode(), "Café"),
        ("<p>Café</p>".encode("utf-8-sig"), "Café"),
        ("<p>Café</p>".encode("utf-16"), "Café"),
        ('<meta charset="windows-1252"><p>Café – “yes”</p>'.encode("cp1252"), "Café – “yes”"),
    ],
)
def test_a_web_page_is_read_in_its_encoding(desk: Desk, data: bytes, said: str):
    pytest.importorskip("lxml")
    desk.write("page.html", data)

    assert desk.texts("page.html") == [said]


def test_a_web_page_may_nest_as_pages_do(desk: Desk):
    pytest.importorskip("lxml")
    desk.write("page.html", f"{'<div>' * 1000}Ask.{'</div>' * 1000}<p>Listen.</p>")

    assert desk.texts("page.html") == ["Ask.\n\nListen."]


RTF = r"""{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\info{\author Nobody}}
\f0 Ask the \'93quiet\'94 one.\par {\deleted Shout.}{\v Hidden.}Then wait: caf\u233?.\par\par
{\field{\*\fldinst{HYPERLINK "http://example.org"}}{\fldrslt the plan}}\par}"""


def test_an_rtf_file_is_read_by_paragraph(desk: Desk):
    pytest.importorskip("striprtf")
    desk.write("notes.rtf", RTF)
    [part] = desk.read("notes.rtf").parts

    assert part.source == "notes.rtf, paragraph 1"
    assert part.text.startswith("Ask the “quiet” one.\n\nThen wait: café.\n\nthe plan")
    assert not {"Shout", "Hidden", "Nobody"} & set(re.findall(r"\w+", part.text))


# PDF


def pdf(pages: int = 1, text_on: Sequence[int] = (1,), draws: bool = True) -> Any:
    """A writer of a PDF. Pages that aren't in `text_on` have a rectangle for a scan, or are blank."""
    pypdf = pytest.importorskip("pypdf")
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = pypdf.PdfWriter()
    font = DictionaryObject({NameObject(f"/{k}"): NameObject(f"/{v}") for k, v in FONT.items()})
    for number in range(1, pages + 1):
        page = writer.add_blank_page(612, 792)
        stream = DecodedStreamObject()
        if number in text_on:
            stream.set_data(b"BT /F1 12 Tf 72 720 Td (Ask before you tell.) Tj ET")
        elif draws:
            stream.set_data(b"0 0 600 700 re f")
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(stream)
    return writer


FONT = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica"}


@pytest.mark.parametrize(
    ("pages", "text_on", "said"),
    [
        (2, (1,), "page 2 is a picture"),
        (5, (1,), "pages 2 to 5 are pictures"),
        (6, (1, 4), "pages 2 and 3, 5 and 6 are pictures"),
        (1, (), "its only page is a picture"),
        (3, (), "its pages are pictures"),
    ],
)
def test_scanned_pages_are_named_and_the_others_searched(desk: Desk, pages: int, text_on: tuple[int, ...], said: str):
    pdf(pages, text_on).write(desk.folder / "book.pdf")
    document = desk.read("book.pdf")

    assert document.problem == f"{said} without text, as in a scan; run text recognition (OCR) on it"
    assert [part.source for part in document.parts] == [f"book.pdf, page {number}" for number in text_on]


def test_a_blank_page_is_no_scan(desk: Desk):
    pdf(2, (1,), draws=False).write(desk.folder / "book.pdf")

    assert desk.texts("book.pdf") == ["Ask before you tell."]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_may_only_not_be_printed_is_read_and_one_with_a_password_is_named(desk: Desk, algorithm: str):
    for name, password in (("open", ""), ("closed", "sesame")):
        writer = pdf()
        writer.encrypt(password, "owner", algorithm=algorithm)
        writer.write(desk.folder / f"{name}.pdf")

    assert desk.texts("open.pdf") == ["Ask before you tell."]
    assert desk.read("closed.pdf").problem == "needs a password; save a copy without one"


# Characters, and words that a line's end cut


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("the stakehold-\ner hesitates", "the stakeholder hesitates"),
        ("the man-\nager asks", "the manager asks"),
        ("a sign of over-\ncommitment", "a sign of over-commitment"),
        ("Bids are open. We wait for open-\nness", "Bids are open. We wait for openness"),
        ("Anglo-\nSaxon words", "Anglo-Saxon words"),
        ("a co-pilot, our co-\npilot", "a co-pilot, our co-pilot"),
        ("the upsells, no up-\nsells", "the upsells, no upsells"),
        ("soft\xad\nware and soft\xadware", "software and software"),
        ("a list:\n- one\n- two", "a list:\n- one\n- two"),
        ("3-\nyear term", "3-\nyear term"),
        ("e\u0301te\u0301, ﬁne, ５, NBSP\u00a0here", "été, fine, 5, NBSP here"),
        ("10² is ½ of 200…", "10² is ½ of 200…"),
    ],
)
def test_words_and_characters_are_made_whole(written: str, whole: str):
    assert tidied(written) == whole


def test_a_word_is_found_however_its_accents_are_written():
    assert search_stems("re\u0301sume\u0301") == search_stems("résumé") == ["résumé"]


# What is passed over or refused


def test_what_systems_leave_beside_documents_is_passed_over(desk: Desk):
    for name in ("~$book.docx", "Thumbs.db", "desktop.ini", ".DS_Store", "notes.md~", "Icon\r"):
        desk.write(name, b"\x00")
    (desk.folder / "__MACOSX").mkdir()
    desk.write("__MACOSX/._book.docx", b"\x00")
    desk.write("book.md", "Ask.")

    assert [document.name for document in read_documents(Library(desk.root))] == ["book.md"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("book.doc", "is a .doc file; save it as .docx"),
        ("deck.ppt", "is a .ppt file; save it as .pptx"),
        ("sheet.xlsx", "is not one of .docx, .htm, .html, .md, .pdf, .pptx, .rtf, .txt"),
    ],
)
def test_another_format_is_named_with_what_to_do(desk: Desk, name: str, said: str):
    assert desk.problem(name, b"x") == said


@pytest.mark.parametrize("ending", [".docx", ".pptx"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not what it says", "is damaged or not a {0} file; save it again as {0}"),
        (b"\xd0\xcf\x11\xe0rest", "has a password or an old format; save a copy as {0} without a password"),
    ],
)
def test_an_office_file_that_is_none_is_named(desk: Desk, ending: str, data: bytes, said: str):
    pytest.importorskip({".docx": "docx", ".pptx": "pptx"}[ending])

    assert desk.problem(f"a{ending}", data) == said.format(ending)


def packed(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(f"word/{name}.xml", data)
    return file.getvalue()


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize("ending", [".docx", ".pptx"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_xml_bomb_is_refused(desk: Desk, ending: str, encoding: str):
    pytest.importorskip({".docx": "docx", ".pptx": "pptx"}[ending])

    said = f"declares XML entities, which no {ending} file needs; save it again"
    assert desk.problem(f"a{ending}", packed(document=LAUGHS.encode(encoding))) == said


@pytest.mark.parametrize("limit", ["MOST_UNPACKED", "MOST_XML"])
@pytest.mark.parametrize("ending", [".docx", ".pptx"])
def test_a_zip_bomb_is_refused(desk: Desk, ending: str, limit: str, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip({".docx": "docx", ".pptx": "pptx"}[ending])
    monkeypatch.setattr(f"bot.knowledge.formats.packed.{limit}", 1024 * 1024)

    said = "unpacks to more than 1 MB; split it up"
    assert desk.problem(f"a{ending}", packed(a=b" " * 700_000, b=b" " * 700_000)) == said


@pytest.mark.parametrize(
    ("name", "module"),
    [("a.pdf", "pypdf"), ("a.docx", "docx"), ("a.pptx", "pptx"), ("a.html", "lxml"), ("a.rtf", "striprtf.striprtf")],
)
def test_what_must_be_installed_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, module: str):
    monkeypatch.setitem(sys.modules, module, None)

    assert desk.problem(name, b"x") == "install askwell[documents] to read it"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.rtf", b"x", "is not RTF; save it again as .rtf or .docx"),
        ("a.html", b"<p>caf\xe9</p>", "is not UTF-8 text (byte 6); save it as UTF-8"),
        ("a.html", b'<meta charset="klingon"><p>caf\xe9</p>', "is not UTF-8 text (byte 30); save it as UTF-8"),
        ("a.html", b"", "contains no text"),
        ("a.html", b"<div>" * 5000 + b"Ask.", "is nested too deeply to be read whole; save it as .docx or .txt"),
        ("a.txt", "Yes, “we can”.".encode("cp1252"), "is not UTF-8 text (byte 5); save it as UTF-8"),
        ("a.txt", "Yes.".encode("utf-16-le"), "is not text: it contains a zero byte; save it as UTF-8"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_named(desk: Desk, name: str, data: bytes, said: str):
    assert desk.problem(name, data) == said
