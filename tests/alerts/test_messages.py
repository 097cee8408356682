"""Messages tell enough to act on, feeds are valid, and remote text stays text."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from pipelines.alerts.chat import service_of
from pipelines.alerts.facts import Alert, Edit, Match, Planned, StatementFacts, read_alert, write_alert
from pipelines.alerts.feed import ATOM, feed_of, write_feeds
from pipelines.alerts.mail import mail_of
from pipelines.alerts.messages import render_alerts
from pipelines.alerts.neutral import chat_text, plain_text, safe_link
from pipelines.alerts.outgoing import Outgoing
from pipelines.alerts.webhook import retry_after
from tests.alerts.atom import atom_faults
from tests.alerts.conftest import NOW, facts

HOSTILE = "@everyone <!channel> <@U1> [bank](https://evil.example) www.evil.example \u202edrawkcab\x00\n<script>alert(1)</script> *b*"


def alert_of(statement: StatementFacts, name: str = "a", language: str = "en") -> Alert:
    match = Match("refusals", language, (("stances", "refuses"), ("words", "detainer")))
    return Alert(name, statement, NOW, False, (match,), (Planned("file", NOW, 0, language),))


def test_an_alert_survives_the_ledger_whole() -> None:
    alert = alert_of(
        facts(edit=Edit("r2", "altered", "before", "after"), agreement_models=("Task Force Model",), said_at=NOW)
    )
    assert read_alert(write_alert(alert)) == alert


def test_a_message_says_who_where_what_and_why() -> None:
    statement = facts(
        position_change=True,
        previous_stance="cooperates",
        previous_quote="We help",
        agreement_models=("Task Force Model",),
    )
    text = render_alerts("single", [alert_of(statement)], "en", None).text
    for words in (
        "Cedar County Sheriff's Office (Cedar County, IA): refuses (before: cooperates)", "“We do not hold people on a detainer”",
        "Pat Doe, Sheriff", "The Ledger: Sheriff speaks", "2026-05-04 09:00 UTC", "https://ledger.example/1", "one story",
        "refusals (stance refuses, words detainer)", "Has signed with ICE: Task Force Model", "Before: cooperates, “We help”",
    ):  # fmt: skip
        assert words in text


def test_messages_speak_the_rules_language() -> None:
    rendered = render_alerts("single", [alert_of(facts(), language="es")], "es", None)
    assert "se niega" in rendered.subject
    assert "postura se niega" in rendered.text


def test_what_several_alerts_of_a_story_share_is_told_once() -> None:
    alerts = [alert_of(facts(statement_id=name, quote=f"Words {name}"), name) for name in "abc"]
    rendered = render_alerts("story", alerts, "en", None)
    for text in (rendered.text, rendered.chat):
        assert [text.count(words) for words in ("https://ledger.example/1", "Sheriff speaks", "Words ")] == [1, 1, 3]
    assert rendered.html.count("Sheriff speaks") == 1


def test_an_altered_quote_is_shown_in_both_wordings() -> None:
    rendered = render_alerts("single", [alert_of(facts(edit=Edit("r2", "altered", "never", "perhaps")))], "en", None)
    assert "It read: “never”\nNow: “perhaps”" in rendered.text
    assert "<del>“never”</del>" in rendered.html


def test_a_long_digest_names_the_first_and_counts_the_rest() -> None:
    alerts = [alert_of(facts(statement_id=str(i)), str(i)) for i in range(500)]
    rendered = render_alerts("flood", alerts, "en", "https://desk.example/all.atom")
    assert rendered.subject == "500 new agency statements at once"
    assert "and 450 more" in rendered.text
    assert rendered.text.count("https://ledger.example/1") == 500
    assert rendered.html.count("https://ledger.example/1") >= 500
    assert "badgewire alerts list" not in rendered.text
    unlinked = render_alerts("flood", alerts, "en", None)
    assert "All of them: badgewire alerts list" in unlinked.text
    assert "All of them: badgewire alerts list" in unlinked.chat
    assert "https://desk.example/all.atom" in rendered.chat
    assert len(rendered.chat) < 20_000


def test_one_statement_is_not_told_as_many() -> None:
    assert render_alerts("flood", [alert_of(facts())], "en", None).subject == "One new agency statement"


def test_a_flood_of_a_day_stands_whole_in_the_feed_that_its_digest_points_to(tmp_path: Path) -> None:
    flood = [replace(alert_of(facts(), str(i)), raised_at=NOW - timedelta(minutes=i)) for i in range(500)]
    old = [replace(alert_of(facts(), f"old{i}"), raised_at=NOW - timedelta(days=3)) for i in range(500)]
    for alerts, entries in ((flood + old, 500), (flood[:10] + old, 200)):
        write_feeds(tmp_path, alerts, [], None)
        assert len(feedparser.parse((tmp_path / "all.atom").read_bytes()).entries) == entries


def test_hostile_text_is_harmless_in_every_form() -> None:
    statement = facts(
        quote=HOSTILE, agency=HOSTILE, speaker=HOSTILE, outlet=HOSTILE, title=HOSTILE, role=HOSTILE, said_at_raw=HOSTILE
    )
    rendered = render_alerts("single", [alert_of(statement)], "en", None)
    assert "\n" not in rendered.subject
    for text in (rendered.subject, rendered.text, rendered.html, rendered.chat):
        assert "\u202e" not in text
        assert "\x00" not in text
    assert "<script" not in rendered.html
    for ping in ("@everyone", "<!channel>", "<@U1>", "](https://evil", "www.evil.example", "https://evil"):
        assert ping not in rendered.chat


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://ledger.example/a?b=1", "https://ledger.example/a?b=1"),
        ("https://ledger.example/@everyone?to=@here", "https://ledger.example/%40everyone?to=%40here"),
        ("javascript:alert(1)", None),
        ("https://bank.example@evil.example/", None),
        ("https://ledger.example/)[x](y", "https://ledger.example/%29%5Bx%5D%28y"),
        ("https://ex\u0430mple.com/", "https://xn--exmple-4nf.com/"),
        ("https://fa\xdf.example/", "https://xn--fa-hia.example/"),
        ("https://ledger.example/\ud800?\ud800", "https://ledger.example/%3F??"),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_only_links_that_say_where_they_lead_are_given(url: str, link: str | None) -> None:
    assert safe_link(url) == link


def test_no_word_of_a_page_is_a_header_of_a_mail() -> None:
    """Python decodes encoded words in the subject that it is given, line ends among them."""
    hostile = facts(agency="=?utf-8?q?a=0D=0ABcc:_z@z.example?=", quote="=?utf-8?q?=0D=0ACc:_z@z.example?=")
    message = Outgoing("id", "single", NOW, render_alerts("single", [alert_of(hostile)], "en", None), frozenset())
    received = message_from_bytes(mail_of("a@badgewire.example", ("b@desk.example",), message).as_bytes())
    assert received["Bcc"] is None
    assert received["Cc"] is None


def test_a_character_that_xml_forbids_costs_no_feed() -> None:
    alerts = [alert_of(facts(quote="We \uffffre\ufffefuse\ud800", title="\uffff"), "a"), alert_of(facts(), "b")]
    parsed = feedparser.parse(feed_of(None, alerts, None))
    assert not parsed.bozo
    assert [entry.summary for entry in parsed.entries] == ["We refuse", facts().quote]


def test_cleaning_is_bounded_and_keeps_plain_words() -> None:
    assert len(plain_text("x" * 10**6)) == 2_000
    assert plain_text("  Sheriff\u200b Doe\n said ") == "Sheriff Doe said"
    assert chat_text("no pings here") == "no pings here"


def test_what_is_too_long_for_a_chat_goes_out_in_parts() -> None:
    discord = service_of("discord://1234567890/not-a-token")
    assert discord is not None
    parts = discord._apply_overflow("word " * 1_000)
    assert len(parts) == 3
    assert all(len(part["body"]) <= 2_000 for part in parts)


def test_retry_after_is_read_as_seconds_or_date() -> None:
    assert retry_after("120", NOW) == timedelta(seconds=120)
    assert retry_after("Mon, 04 May 2026 12:01:00 GMT", NOW) == timedelta(minutes=1)
    assert retry_after("soon", NOW) is None
    assert retry_after("9" * 40, NOW) == timedelta(seconds=10**7)


def test_an_edits_and_a_corrections_entry_are_valid_too() -> None:
    edit = facts(edit=Edit("r2", "altered", HOSTILE, None), is_new=False)
    corrected = facts().read_as(replace(facts().reading, stance="limits", withdrawn=True), facts().reading)
    data = feed_of(None, [alert_of(edit, "a"), alert_of(corrected, "b")], "https://desk.example/alerts")
    assert atom_faults(data) == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ((b"<updated>", b"<updated>x"), "updated is no date of RFC 3339"),
        ((b'rel="alternate"', b'rel="alternate" title="x"'), None),
        ((b"urn:uuid:", b"no-iri"), "id is no IRI"),
        ((b"&lt;blockquote&gt;", b"&lt;script&gt;"), "script in content"),
        ((b"<author>", b"<contributor>"), "not well-formed"),
        ((b"https://ledger.example/1", b"/1"), "link is relative"),
        ((b'rel="self"', b'rel="related"'), "feed without its own address"),
    ],
)
def test_the_rules_for_feeds_find_faults(fault: tuple[bytes, bytes], told: str | None) -> None:
    found = atom_faults(feed_of(None, [alert_of(facts())], "https://desk.example/alerts").replace(*fault))
    assert told in found if told else found == []


def test_entries_of_one_load_have_times_of_their_own() -> None:
    data = feed_of(None, [alert_of(facts(), str(i)) for i in range(50)], None)
    assert len({entry.updated for entry in feedparser.parse(data).entries}) == 50


def test_feeds_are_valid_atom_with_ids_that_stay(tmp_path: Path) -> None:
    alerts = [alert_of(facts(quote=HOSTILE, title=HOSTILE, statement_id=str(i)), str(i)) for i in range(3)]
    write_feeds(tmp_path, alerts, ["refusals", "other"], "https://desk.example/alerts")
    first = (tmp_path / "all.atom").read_bytes()
    write_feeds(tmp_path, alerts, ["refusals", "other"], "https://desk.example/alerts")
    assert (tmp_path / "all.atom").read_bytes() == first
    for name, entries in (("all", 3), ("refusals", 3), ("other", 0)):
        data = (tmp_path / f"{name}.atom").read_bytes()
        assert atom_faults(data) == []
        parsed = feedparser.parse(data)
        assert not parsed.bozo
        assert len(parsed.entries) == entries
    ids = {
        etree.fromstring((tmp_path / f"{name}.atom").read_bytes()).findtext(f"{{{ATOM}}}id")
        for name in ("all", "refusals", "other")
    }
    assert len(ids) == 3
    assert {entry.id for entry in feedparser.parse(first).entries} <= {
        entry.id for entry in feedparser.parse(feed_of("refusals", alerts, None)).entries
    }
