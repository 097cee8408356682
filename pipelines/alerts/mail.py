"""Mail by SMTP: text and HTML, with a Message-ID of our own that is the same at every try (RFC 5322, section 3.6.4)."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from pipelines.alerts.facts import content_id
from pipelines.alerts.outgoing import Outgoing, Result

__all__ = ["mail_of", "send_mail"]

TIMEOUT_SECONDS = 20.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SCHEMES = ("smtp", "smtps", "smtp+starttls")


def send_mail(address: str, sender: str, recipients: tuple[str, ...], message: Outgoing) -> Result:
    """Send through the server at `smtps://USER:PASSWORD@HOST`, `smtp+starttls://…` or `smtp://HOST` (no encryption).

    Recipients that have it already are left out; some refused is a failure that tells who took it.
    """
    open_ones = [each for each in recipients if content_id(each) not in message.taken]
    if not open_ones:
        return Result.sent("accepted")
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        return Result.failed("the mail server's address has a port that is no number")
    if parts.scheme not in SCHEMES or not parts.hostname:
        return Result.failed(
            f"the mail server's address must start with {', '.join(f'{scheme}://' for scheme in SCHEMES)}"
        )
    if parts.scheme == "smtp" and parts.password and parts.hostname not in LOOPBACK:
        return Result.failed("a password would go out unencrypted: use smtps:// or smtp+starttls://")
    try:
        with connect(parts.scheme, parts.hostname, port) as server:
            if parts.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            refused = server.send_message(mail_of(sender, recipients, message), sender, open_ones)
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        every = "every recipient" if len(open_ones) == len(recipients) else f"{len(open_ones)} of {len(recipients)}"
        return Result.failed(f"{every} refused ({', '.join(map(str, codes))})")
    except smtplib.SMTPDataError as error:
        return Result.failed(f"server answered {error.smtp_code} to the message")
    except smtplib.SMTPResponseException as error:
        return Result.failed(f"server answered {error.smtp_code}")
    except (smtplib.SMTPException, OSError) as error:
        return Result.failed(f"no delivery: {type(error).__name__}")
    if not refused:
        return Result.sent("accepted")
    codes = sorted({code for code, _ in refused.values()})
    told = f"{len(refused)} of {len(recipients)} recipients refused ({', '.join(map(str, codes))})"
    return Result("failed", told, taken=tuple(content_id(each) for each in open_ones if each not in refused))


def connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    """A connection to the server."""
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(host, port or (587 if scheme == "smtp+starttls" else 25), timeout=TIMEOUT_SECONDS)


def mail_of(sender: str, recipients: tuple[str, ...], message: Outgoing) -> EmailMessage:
    """The message as mail: the same bytes but for the boundary at every try."""
    mail = EmailMessage()
    # Python decodes encoded words in what it is given (RFC 2047), line ends among them: one would be a header of its own.
    mail["Subject"] = message.rendered.subject.replace("=?", "= ?")
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.message_id}.badgewire@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Badgewire-Kind"] = message.kind
    mail.set_content(message.rendered.text)
    mail.add_alternative(message.rendered.html, subtype="html")
    return mail
