"""What the W3C's feed validator finds wrong with an Atom feed: its rules for RFC 4287, as far as we use it."""

import re
from html.parser import HTMLParser

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
IRI = re.compile(r"(urn:uuid:[0-9a-f-]{36}|https?://\S+)")
KNOWN = {
    "feed": {"id", "title", "subtitle", "updated", "generator", "author", "link", "category", "entry"},
    "entry": {"id", "title", "updated", "published", "author", "link", "category", "summary", "content"},
}
ONCE = {"id", "title", "subtitle", "updated", "published", "generator", "summary", "content"}
# Of HTML 4, which every reader knows; the validator warns of what it does not know and of what can run.
TAGS = {"div", "h2", "ul", "li", "p", "blockquote", "del", "ins", "br", "small", "a"}
STYLES = {"font-size"}


def atom_faults(data: bytes) -> list[str]:
    """Every fault, in words."""
    try:
        feed = etree.fromstring(data)
    except etree.XMLSyntaxError:
        return ["not well-formed"]
    if feed.tag != f"{ATOM}feed":
        return ["root is no feed"]
    entries = feed.findall(f"{ATOM}entry")
    faults = [*element_faults("feed", feed), *(fault for each in entries for fault in element_faults("entry", each))]
    ids = [each.findtext(f"{ATOM}id") for each in entries]
    if len(ids) != len(set(ids)):
        faults.append("two entries have one id")
    updated = feed.findtext(f"{ATOM}updated") or ""
    if any((each.findtext(f"{ATOM}updated") or "") > updated for each in entries):
        faults.append("an entry is newer than its feed")
    if feed.find(f"{ATOM}author/{ATOM}name") is None:
        faults.append("author without name")
    return faults


def element_faults(kind: str, element: etree._Element) -> list[str]:
    """The faults of a feed or an entry by itself."""
    names = [str(child.tag).removeprefix(ATOM) for child in element]
    faults = [f"{name} is not allowed in {kind}" for name in names if name not in KNOWN[kind]]
    faults += [f"{name} stands more than once" for name in ONCE if names.count(name) > 1]
    for name in ("id", "title", "updated"):
        if not (element.findtext(f"{ATOM}{name}") or "").strip():
            faults.append(f"{name} is missing")
    if not IRI.fullmatch(element.findtext(f"{ATOM}id") or ""):
        faults.append("id is no IRI")
    for name in ("updated", "published"):
        date = element.findtext(f"{ATOM}{name}")
        if date is not None and not DATE.fullmatch(date):
            faults.append(f"{name} is no date of RFC 3339")
    links = element.findall(f"{ATOM}link")
    # Only a feed's own address may be relative (RFC 4287, 4.2.7.1): beside its file, wherever that is served from.
    if any(
        not re.match(r"https?://" if link.get("rel") != "self" else r"\S+\.atom$", link.get("href") or "")
        for link in links
    ):
        faults.append("link is relative")
    if kind == "feed" and not any(link.get("rel") == "self" for link in links):
        faults.append("feed without its own address")
    if len({(link.get("rel"), link.get("type")) for link in links}) != len(links):
        faults.append("two links of one kind")
    if any(not category.get("term") for category in element.findall(f"{ATOM}category")):
        faults.append("category without term")
    if kind == "entry" and "content" not in names and not any(link.get("rel") == "alternate" for link in links):
        faults.append("entry without content or link")
    for content in element.findall(f"{ATOM}content"):
        faults += ["content is no html"] if content.get("type") != "html" else html_faults(content.text or "")
    return faults


def html_faults(text: str) -> list[str]:
    """What the validator warns of in the HTML of an entry."""
    reader = ContentReader()
    reader.feed(text)
    reader.close()
    return reader.faults + [f"{tag} is not closed" for tag in reader.open]


class ContentReader(HTMLParser):
    """Collects the faults of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Check a tag with its attributes."""
        if tag not in TAGS:
            self.faults.append(f"{tag} in content")
        if tag != "br":
            self.open.append(tag)
        for name, value in attributes:
            properties = {each.split(":")[0].strip() for each in (value or "").split(";") if each.strip()}
            if not (name == "href" or (name == "style" and properties <= STYLES)):
                self.faults.append(f"attribute {name} in content")

    def handle_endtag(self, tag: str) -> None:
        """Check that what ends was open."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} is closed and was not open")
