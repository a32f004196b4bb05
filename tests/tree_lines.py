"""Lines of HTML by way of a tree: the judge of `parsers.markup`, which makes none.

The tree is that of lxml (libxml2), the walk over it a plain one. It follows the HTML standard in dividing
text, and mends by rules of its own what is nested wrongly.
"""

from collections.abc import Iterator

from lxml import etree

_BLOCKS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noframes"
    " noscript ol optgroup option p section select summary table tbody tfoot thead tr ul"
)
BLOCKS = frozenset(_BLOCKS.split())
TYPED = ("listing", "plaintext", "pre", "textarea", "xmp")
UNSEEN = ("iframe", "noembed", "noframes", "script", "style", "template", "title")
BREAK, EMPTY = object(), object()


def tree_lines(html: str) -> list[str]:
    """The lines that a person sees of a document; those of empty cells are blank."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(html.encode(), parser)
    lines: list[str] = []
    text = ""
    for part in [] if root is None else [*_parts(root, False), BREAK]:
        if isinstance(part, str):
            text += part
        elif part is EMPTY:
            lines.append("")
        else:
            lines += [" ".join(text.split())] if text.split() else []
            text = ""
    return lines


def _parts(element: etree._Element, typed: bool) -> Iterator[object]:
    tag = str(element.tag)
    typed = typed or tag in TYPED
    is_cell = tag in ("td", "th")
    ends_lines = is_cell or tag == "br" or tag in BLOCKS or tag in TYPED
    if tag not in UNSEEN:
        parts = [*_text(element.text, typed)]
        for child in element:
            parts += [*_parts(child, typed), *_text(child.tail, typed)]
        is_empty = not any(part is EMPTY or (isinstance(part, str) and part.split()) for part in parts)
        yield from [BREAK] if ends_lines else []
        yield from [EMPTY] if is_cell and is_empty else parts
        yield from [BREAK] if ends_lines else []


def _text(text: str | None, typed: bool) -> Iterator[object]:
    first, *rest = (text or "").split("\n") if typed else [text or ""]
    yield first
    for line in rest:
        yield from (BREAK, line)
