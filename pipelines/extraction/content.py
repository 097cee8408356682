"""The words of the story in a parsed page: main text in order, one paragraph a line, characters as they stand.

trafilatura's fast mode finds the story. Before it the tree is laid bare of layouts that make it lose words (posts and
pull quotes in figures, times within sentences, spans around whole lists); after it the page's densest container is held
against what came out, and read by itself where the story was missed. Comments by readers are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import pairwise

from lxml import etree
from lxml.etree import SubElement
from lxml.html import HtmlElement
from lxml.html import fromstring as parse_html
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from pipelines.extraction.decoding import without_controls

__all__ = ["main_text"]

_BLOCKS = frozenset({"p", "head", "quote", "item", "row", "list", "table", "code", "div", "lb", "body"})
_HTML_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "dl", "blockquote", "table", "section", "article", "h2", "h3", "h4", "pre"}
)
_LINES = frozenset({"p", "li", "br", "tr", "hr"})
_NO_PART = _HTML_BLOCKS | {"center", "form", "h1", "h5", "h6", "hr", "main", "nav", "footer", "header", "aside"}
_SPACE = re.compile(r"\s+")
_NOT_STORY = frozenset(
    {"nav", "footer", "header", "form", "figure", "figcaption", "noscript", "template", "dialog", "button"}
)
_NOT_STORY_CLASS = re.compile(
    r"comment|caption|promo|newsletter|related|recirc|modal|sidebar|footer|cookie|consent|share|social|author-?bio|card"
    r"|teaser|weather|menu|nav(?:bar|igation)?\b|subscri|donat",
    re.IGNORECASE,
)
_PARAGRAPH_CHARACTERS = 60
_LEAST_COVERED = 0.6
_GAIN = 1.2
# For a story of under 250 characters trafilatura takes the whole page's text; where the page marks the story as an
# article and that is short, it is news in brief.
_BRIEF_CHARACTERS = 1_000
_BRIEF_SIZE = 20
# A word joiner, which no newsroom prints: keeps a paragraph apart from an equal one before it.
_REPEATED = "\u2060"
_MAX_INLINE = 400


def main_text(tree: HtmlElement, title: str | None) -> str:
    """The story's paragraphs, headings, quotes and list items, each on a line of its own; "" where there are none.

    The title's own heading is left out. `tree` is altered.
    """
    _lay_bare(tree)
    lines = _story_lines(tree)
    container, paragraphs = _densest_container(tree)
    is_longer = _length(paragraphs) > _GAIN * _length(lines)
    if container is not None and is_longer and _share_found(paragraphs, lines) < _LEAST_COVERED:
        closer = parse_html("<html><body><article></article></body></html>")
        closer.find(".//article").append(deepcopy(container))
        lines = max(_story_lines(closer), paragraphs, key=lambda found: _share_found(paragraphs, found))
    return "\n".join(_without_title(lines, title))


def _lay_bare(tree: HtmlElement) -> None:
    if not any(len(paragraph.text_content()) >= _PARAGRAPH_CHARACTERS for paragraph in tree.iter("p")):
        for element in [*tree.iter("body", "center", "div", "font", "td")]:
            _make_paragraphs(element)
    for quotation in [*tree.iter("blockquote")]:
        _lift_from_figure(quotation)
    for element in [*tree.iter("q")]:
        _put_quotation_marks(element)
    for element in tree.iter("time"):
        parent = element.getparent()
        if (
            parent is not None
            and parent.tag in ("p", "li", "em", "strong", "span", "blockquote")
            and _stands_in_sentence(element)
        ):
            element.tag = "span"
    for paragraph in tree.iter("p"):
        # trafilatura drops a paragraph that repeats the one before, and in a transcript that is an answer.
        following = paragraph.getnext()
        if following is not None and following.tag == "p" and following.text and following.text == paragraph.text:
            following.text += _REPEATED * (1 + paragraph.text.count(_REPEATED))
    for element in tree.iter("span"):
        if any(child.tag in _HTML_BLOCKS for child in element):
            element.tag = "div"
    for element in tree.iter("div", "section", "article", "p"):
        # Utility classes that address children by name ("[&_figcaption]:mt-2") say nothing about the element itself.
        if "[&" in (names := element.get("class") or ""):
            element.set("class", " ".join(name for name in names.split() if "[" not in name))
    for cell in tree.iter("td", "th"):
        # Spans are filled up with empty cells, which no text needs and a hostile table makes millions of.
        cell.attrib.clear()
    for element in [*tree.iter("p", "li", "div", "td")]:
        # What follows handles a paragraph in time that grows with the square of its links (50,000 of them: 36 s).
        if len(element) > _MAX_INLINE and not any(
            child.tag in _HTML_BLOCKS or child.tag in _LINES for child in element
        ):
            words = element.text_content()
            del element[:]
            element.text = words


def _make_paragraphs(element: HtmlElement) -> None:
    """Where a page of old has no paragraphs, two line breaks in a row end one: put what stands between into `p`."""
    children = list(element)
    breaks = [one.tag == other.tag == "br" and not (one.tail or "").strip() for one, other in pairwise(children)]
    if not any(breaks):
        return
    text, element.text = element.text, None
    for child in children:
        element.remove(child)
    paragraph = SubElement(element, "p")
    paragraph.text = text
    for child, ends in zip(children, [*breaks, False], strict=True):
        tail, child.tail = child.tail, None
        if child.tag in _NO_PART or ends:
            if child.tag in _NO_PART:
                element.append(child)
            paragraph = SubElement(element, "p")
            paragraph.text = tail
        else:
            child.tail = tail
            paragraph.append(child)


def _lift_from_figure(quotation: HtmlElement) -> None:
    """Posts and pull quotes stand in figures and `embed` boxes, which are dropped as pictures are: lift them out."""
    outermost = None
    for depth, ancestor in enumerate(quotation.iterancestors()):
        if depth == 4 or ancestor.tag in ("article", "body", "main"):
            break
        if ancestor.tag == "figure" or (ancestor.tag in ("div", "aside") and "embed" in (ancestor.get("class") or "")):
            outermost = ancestor
    quotation.attrib.clear()
    if outermost is not None and outermost.getparent() is not None:
        quotation.drop_tree() if quotation.getparent() is None else quotation.getparent().remove(quotation)
        quotation.tail = None
        outermost.addprevious(quotation)


def _put_quotation_marks(element: HtmlElement) -> None:
    """A browser shows the marks of `<q>`, which do not stand in the page."""
    element.text = "“" + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + "”"
    else:
        element.text += "”"
    element.drop_tag()


def _stands_in_sentence(element: HtmlElement) -> bool:
    before = element.getprevious()
    said: str = (element.tail or "") + ((before.tail if before is not None else element.getparent().text) or "")
    return sum(character.isalpha() for character in said) > 12


def _story_lines(tree: HtmlElement) -> list[str]:
    # An options object a page: one that is shared would carry what trafilatura changes in it over to the next page.
    options = Extractor(output_format="python", fast=True, comments=False, dedup=False)
    if _is_brief(tree):
        options.min_extracted_size = _BRIEF_SIZE
    try:
        found = bare_extraction(tree, options=options)
    except RecursionError:
        return []
    if found is None or isinstance(found, dict):
        return []
    return [*_lines_of(found.body)]


def _is_brief(tree: HtmlElement) -> bool:
    articles = [*tree.iter("article")]
    return len(articles) == 1 and len(articles[0].text_content()) < _BRIEF_CHARACTERS


def _lines_of(body: etree._Element) -> Iterator[str]:
    """The blocks of a result tree, each one line, blanks collapsed as a browser collapses them."""
    words: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        is_block = element.tag in _BLOCKS
        if is_block and (line := _line(words)):
            yield line
        if is_block:
            words.clear()
        if event == "start":
            words.append(element.text or "")
        else:
            words.append(" " if element.tag == "cell" else "")
            words.append(element.tail or "")
    if line := _line(words):
        yield line


def _line(words: Iterable[str]) -> str:
    return _SPACE.sub(" ", without_controls("".join(words)).replace(_REPEATED, "")).strip()


def _densest_container(tree: HtmlElement) -> tuple[HtmlElement | None, list[str]]:
    """The element that holds the page's run of paragraphs, and these paragraphs in order.

    Readability's idea (Arc90, 2009) with nothing but paragraphs: it is asked only whether the story was missed.
    """
    weights: dict[HtmlElement, float] = {}
    held: dict[HtmlElement, list[str]] = {}
    for paragraph in tree.iter("p", "blockquote"):
        text = _line([paragraph.text_content()])
        if len(text) < _PARAGRAPH_CHARACTERS or _is_apart(paragraph):
            continue
        for distance, ancestor in enumerate(paragraph.iterancestors()):
            if ancestor.tag in ("body", "html"):
                break
            held.setdefault(ancestor, []).append(text)
            if distance < 2:
                weights[ancestor] = weights.get(ancestor, 0.0) + (0.7 if distance else 1.0) * len(text)
    if not weights:
        return None, []
    best = max(weights, key=lambda element: weights[element])
    for ancestor in best.iterancestors():
        # Some layouts cut a story into several containers, with advertisements between.
        if ancestor in held and _length(held[ancestor]) > _GAIN * _length(held[best]):
            best = ancestor
    return best, held[best]


def _is_apart(paragraph: HtmlElement) -> bool:
    for depth, ancestor in enumerate(paragraph.iterancestors()):
        if ancestor.tag in _NOT_STORY:
            return True
        if depth < 4 and ancestor.tag != "body" and _NOT_STORY_CLASS.search(ancestor.get("class") or ""):
            return True
    linked = sum(len(link.text_content()) for link in paragraph.iter("a"))
    return linked * 2 > len(paragraph.text_content())


def _length(lines: Iterable[str]) -> int:
    return sum(map(len, lines))


def _share_found(paragraphs: Iterable[str], lines: Iterable[str]) -> float:
    text = _squeezed("".join(lines))
    found = total = 0
    for paragraph in paragraphs:
        squeezed = _squeezed(paragraph)
        total += len(squeezed)
        found += len(squeezed) if squeezed in text else 0
    return found / total if total else 1.0


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _without_title(lines: list[str], title: str | None) -> list[str]:
    wanted = _squeezed(title or "").lower()
    return lines[1:] if wanted and lines and _squeezed(lines[0]).lower() == wanted else lines
