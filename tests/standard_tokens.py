"""HTML written anew from the tokens of html5lib: the judge of how `parsers.markup` divides a page.

html5lib follows the tokenizer of the HTML standard state by state. Its tokens, each written in the plainest
way, are a page that nobody can misread, and that has the same lines.
"""

from collections.abc import Iterator
from html import escape

from html5lib._tokenizer import HTMLTokenizer  # what `html5lib` makes public mends wrong nesting as well
from html5lib.constants import tokenTypes

from parsers.markup import CONTROL

_CHARACTERS = (tokenTypes["Characters"], tokenTypes["SpaceCharacters"])
_TAGS = {
    tokenTypes["StartTag"]: "<{}>",
    tokenTypes["EmptyTag"]: "<{}>",
    tokenTypes["EndTag"]: "</{}>",
}
_STATES = {
    "script": "scriptDataState",
    **dict.fromkeys(("title", "textarea"), "rcdataState"),
    **dict.fromkeys(("style", "iframe", "noembed", "noframes", "xmp"), "rawtextState"),
    "plaintext": "plaintextState",
}
"""In which state the standard's tree builder puts the tokenizer behind a start tag."""
_ESCAPED = dict.fromkeys(("xmp", "plaintext"), "textarea")
"""Elements whose text cannot be escaped, and the one that has the same lines."""


def plainly(html: str) -> str:
    """The same page without comments and attributes, each `<` and `&` of its texts escaped."""
    return "".join(_tokens(HTMLTokenizer(html)))


def _tokens(tokenizer: HTMLTokenizer) -> Iterator[str]:
    for token in tokenizer:
        if token["type"] in _CHARACTERS:
            yield escape(CONTROL.sub("", token["data"]))
        elif token["type"] in _TAGS:
            name = token["name"]
            if token["type"] != tokenTypes["EndTag"] and name in _STATES:
                tokenizer.state = getattr(tokenizer, _STATES[name])
            yield _TAGS[token["type"]].format(_ESCAPED.get(name, name))
