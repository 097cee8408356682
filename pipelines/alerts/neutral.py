"""Remote text made harmless: what a page says is shown, never obeyed, in mail, HTML, chat and feeds.

Chat programs turn `@name` into a ping, `<!channel>` into a call to everybody, `[shown](elsewhere)` and bare domains
into links. HTML is escaped by the templates; this module does what escaping does not.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

import idna

__all__ = ["chat_text", "plain_text", "safe_link"]

# Direction overrides and isolates can turn a line around (CVE-2021-42574); zero-width and tag characters hide text.
HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
BREAK = "\u200b"
LONGEST_LINK = 2_000


def plain_text(text: str | None, most: int = 2_000) -> str:
    """One line of visible characters, cut after `most` with an ellipsis."""
    if not text:
        return ""
    shown = HIDDEN.sub("", text[: 8 * most])
    shown = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in shown if not unwritable(char)
    )
    shown = " ".join(shown.split())
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def chat_text(text: str | None, most: int = 2_000) -> str:
    """Text in which no chat program finds a mention, a link or markup. Letters stay readable as they are."""
    shown = plain_text(text, most)
    shown = (
        shown.replace("<", "‹").replace(">", "›").replace("&", "＆").replace("`", "ˋ").replace("|", "¦")
    )  # look-alikes on purpose
    shown = re.sub(r"([@#*_~])", rf"\1{BREAK}", shown)
    shown = shown.replace("](", f"]{BREAK}(").replace("://", f":{BREAK}//")
    return re.sub(r"(?<=\w)\.(?=\w)", f".{BREAK}", shown)


def safe_link(url: str | None) -> str | None:
    """The address of a story as a link that says where it leads; None for anything but plain http(s) without a user.

    An `@` is percent-encoded, since chat programs find mentions in links too. A host in other letters than ASCII is
    shown in its `xn--` form (IDNA 2008, UTS 46), so that look-alikes are seen.
    """
    if not url or len(url) > LONGEST_LINK:
        return None
    try:
        parts = urlsplit(url.strip())
        host = idna.encode(parts.hostname, uts46=True).decode("ascii") if parts.hostname else ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None or parts.password is not None:
        return None
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host):
        return None
    path = quote(parts.path or "/", safe="/%:!$&'+,;=~-._", errors="replace")
    query = f"?{quote(parts.query, safe='/%:!$&+,;=~-._?', errors='replace')}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{path}{query}"


def unwritable(char: str) -> bool:
    """Whether no file or no XML can hold a character: half of a pair (a surrogate), U+FFFE, U+FFFF."""
    return "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff"
