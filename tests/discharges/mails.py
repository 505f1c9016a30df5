"""Mails as NHSmail, Outlook and phones send them; nobody real is in them."""

from email.message import EmailMessage

from tests.discharges.documents import pdf
from tests.documents.files import drawn, saved


def mail(*, to="", message_id="<one@nhs.net>", subject="FW: Discharge letter", words="Please see.", **headers):
    """A mail with a few words in it."""
    message = EmailMessage()
    message["From"], message["Subject"] = "Ward Clerk <clerk@nhs.net>", subject
    message["To"] = to or "letters+nobody@redbag.example"
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(words)
    return message


def with_pdf(*, name="letter.pdf", content=None, **more):
    """A mail with one PDF."""
    message = mail(**more)
    attach(message, content or pdf(), name=name)
    return message


def attach(message, content, *, kind="application/pdf", name="letter.pdf"):
    """Put one more file into a mail."""
    maintype, subtype = kind.split("/")
    message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message


def photo(size=(900, 1200)):
    """A photo of a page, heavier than any logo."""
    return saved(drawn(size=size), quality=100, subsampling=0)


def forwarded(inner, **more):
    """A mail inside another, as Outlook forwards it as attachment."""
    message = mail(message_id="<outer@nhs.net>", **more)
    message.add_attachment(inner)
    return message
