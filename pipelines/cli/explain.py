"""`badgewire explain`: a story with its statements and the evidence for each, for an editor to check."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from crawler.archive import days_with_captures, index_day, read_capture
from crawler.errors import ArchiveError
from pipelines.cli.options import Live, workspace_of
from pipelines.cli.query import shown
from pipelines.copies.addresses import url_key
from pipelines.reading import PageReading, read_page
from pipelines.records import Agency, Evidence, Statement
from pipelines.statements.layout import behind_dateline
from pipelines.steps.imports import agency_lists, extended_resolver
from pipelines.workspace import Workspace

__all__ = ["explain"]

STANCE_STYLES = {"cooperates": "bold magenta", "limits": "bold yellow", "refuses": "bold cyan", "unclear": "bold"}


def explain(
    page: Annotated[
        str, typer.Argument(metavar="URL|FILE", help="An address in the archive, or a file of HTML or plain text.")
    ],
    live: Live = False,
    state: Annotated[
        str | None, typer.Option(help="State of the outlet, two letters: decides ambiguous names.")
    ] = None,
) -> None:
    """Show a story's text with the statements found in it, and why each was read so. Makes no request."""
    place = workspace_of(live)
    url, body = load(place, page)
    resolver = extended_resolver(agency_lists(place))
    reading = read_page(body, url=url, outlet_state=state.upper() if state else None, resolver=resolver)
    show(reading, Console(highlight=False))


def load(place: Workspace, page: str) -> tuple[str | None, bytes]:
    """The address and the bytes of a page: of a file, or of its latest capture in the archive."""
    if not page.startswith(("http://", "https://")):
        path = Path(page).expanduser()
        if not path.is_file():
            raise ArchiveError(f"{path} is no file: name an HTML or text file, or an address that was captured")
        body = path.read_bytes()
        return None, body if b"<" in body[:2000] else page_of(body.decode("utf-8", "replace"))
    wanted = url_key(page)
    for day in reversed(days_with_captures(place.archive)):
        for capture in reversed(index_day(place.archive, day).captures):
            if (
                capture.purpose == "story"
                and not capture.is_revisit
                and capture.status == 200
                and url_key(capture.url) == wanted
            ):
                return capture.url, read_capture(place.archive, capture.warc_file, capture.warc_offset).body
    raise ArchiveError(f"{page} is not in {place.archive}: collect it first, or save the page and name the file")


def page_of(text: str) -> bytes:
    """Plain text as a page: its first line is the title, unless a dateline opens it; a blank line parts paragraphs."""
    title, _, rest = "\n".join(text.strip().splitlines()).partition("\n")
    if behind_dateline(title, 0, len(title)) > 0:
        title, rest = "", f"{title}\n{rest}"
    paragraphs = "\n".join(
        f"<p>{html.escape(part.strip(), quote=False)}</p>" for part in rest.split("\n\n") if part.strip()
    )
    head = html.escape(title, quote=False)
    return f"<!doctype html><title>{head}</title><article><h1>{head}</h1>\n{paragraphs}\n</article>".encode()


def show(reading: PageReading, console: Console) -> None:
    """Print the story, its judgment and its statements."""
    if reading.document is None or reading.reading is None:
        failure = reading.failure
        raise ArchiveError(
            f"that page gives no story: {f'{failure.reason}, {failure.detail}' if failure else 'not read'}"
        )
    document, relevance = reading.document, reading.reading.relevance
    console.print(Text(shown(document.title or "(no title)"), style="bold underline"))
    told = (
        document.site,
        document.byline,
        f"{document.published_at:%Y-%m-%d}" if document.published_at else None,
        document.language,
    )
    console.print(Text(" · ".join(shown(each) for each in told if each), style="dim"))
    verdict = "about our subject" if relevance.relevant else "not mainly about our subject"
    console.print(Text(f"{verdict}, score {relevance.score:.2f}: {reasons(relevance.evidence)}\n"))
    console.print(marked(document.text, reading.reading.statements))
    if not reading.reading.searched:
        console.print("\nNot searched for statements: no local agency meets immigration enforcement in it.")
    for number, statement in enumerate(reading.reading.statements, start=1):
        show_statement(number, statement, console)
    if reading.reading.searched and not reading.reading.statements:
        console.print("\nNo statement of an agency was found in it.")


def marked(text: str, statements: Iterable[Statement]) -> Text:
    """The text with each statement's words in the color of its stance and its number behind them."""
    told = Text()
    at = 0
    for number, statement in enumerate(statements, start=1):
        if statement.start < at:
            continue
        told.append(shown(text[at : statement.start]))
        told.append(shown(statement.quote), style=STANCE_STYLES[statement.stance.value])
        told.append(f" [{number}]", style="bold")
        at = statement.end
    told.append(shown(text[at:]))
    return told


def show_statement(number: int, statement: Statement, console: Console) -> None:
    """Print one statement with who said it and why it was read so."""
    line = Text(f"\n[{number}] ", style="bold")
    line.append(statement.stance.value, style=STANCE_STYLES[statement.stance.value])
    line.append(
        f" · {statement.kind.value} · {'direct' if statement.direct else 'indirect'} · {agency_name(statement)}"
    )
    console.print(line)
    who = ", ".join(shown(each) for each in (statement.speaker, statement.role) if each) or shown(
        statement.source or "nobody named"
    )
    said = statement.said_at_raw or "the story does not tell"
    when = f"{said} ({statement.said_at:%Y-%m-%d})" if statement.said_at else said
    details = Text(f"“{shown(statement.quote)}”\n")
    details.append(f"who: {who}\nwhen: {shown(when)}\n")
    if statement.claimant:
        details.append(f"claimed by: {shown(statement.claimant)}\n")
    details.append(f"why: {reasons(statement.evidence)}\nconfidence: {statement.confidence:.2f}")
    console.print(Padding(details, (0, 0, 0, 4)))


def agency_name(statement: Statement) -> str:
    """The agency with its state, or the candidates between which the story does not decide."""
    if statement.agency:
        return label(statement.agency)
    candidates = " or ".join(label(each) for each in statement.agency_candidates[:4])
    return f"undecided: {candidates}" if candidates else "agency undecided"


def label(agency: Agency) -> str:
    return agency.name + (f", {agency.state}" if agency.state else "")


def reasons(evidence: Iterable[Evidence]) -> str:
    """Each reason as its rule and the words that it read."""
    told = []
    for each in evidence:
        score = f" {each.score:+.2f}" if each.score is not None else ""
        told.append(f"{each.rule} “{shown(each.words)}”{score}" if each.words else f"{each.rule}{score}")
    return "; ".join(told) or "no evidence kept"
