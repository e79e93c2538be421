"""PowerPoint files, by slide. Imports python-pptx, which finds the parts; the text is read from their XML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .office import diagrams, drawn_paragraphs
from .packed import check_package
from .section import Section, Unread, not_installed


def slide_sections(path: Path) -> Iterator[Section | Unread]:
    """One section per slide, titled as the slide is, with groups, tables and diagrams; and one for its notes.

    Slides that are only pictures are named at the end. Raises KnowledgeError.
    """
    try:
        import pptx
        from pptx.enum.shapes import MSO_SHAPE_TYPE
    except ImportError:
        raise not_installed() from None
    check_package(path, ".pptx")
    pictures: list[int] = []
    for number, slide in enumerate(pptx.Presentation(str(path)).slides, 1):
        heading = slide.shapes.title
        title = " ".join(heading.text_frame.text.split()) if heading is not None else ""
        text = "\n\n".join((*drawn_paragraphs(slide._element), *diagrams(slide.part)))
        if text.strip():
            yield Section(title, f"slide {number}", text)
        elif any(shape.shape_type is MSO_SHAPE_TYPE.PICTURE for shape in slide.shapes):
            pictures.append(number)
        if slide.has_notes_slide:
            notes = slide.notes_slide.notes_text_frame
            if notes is not None and notes.text.strip():
                yield Section(title, f"slide {number}, notes", notes.text.replace("\n", "\n\n"))
    if pictures:
        named = ", ".join(map(str, pictures))
        yield Unread(f"slide{'s' if len(pictures) > 1 else ''} {named}: a picture without text; type its words as text")
