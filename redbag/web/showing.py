"""Pages of a document as a page of ours shows them."""

from dataclasses import dataclass

from django.urls import reverse

from redbag.documents.models import Document
from redbag.transfers.models import Transfer


@dataclass(frozen=True)
class Page:
    """A page of a document as a picture: where it is and what it is to somebody who does not see it."""

    source: str
    words: str


def pages(document: Document, transfer: Transfer | None = None) -> list[Page]:
    """Every page of a document, by way of a transfer for those who read it there."""
    return [Page(_address(document, transfer, n), page_words(document, n)) for n in range(1, document.pages + 1)]


def _address(document: Document, transfer: Transfer | None, number: int) -> str:
    if transfer is None:
        return reverse("web:document_page", args=[document.pk, number])
    return reverse("web:transfer_document_page", args=[transfer.pk, document.pk, number])


def page_words(document: Document, number: int) -> str:
    """What a page is, in words: Page 1 of 3 of DNACPR form."""
    return document.name if document.pages == 1 else f"Page {number} of {document.pages} of {document.name}"
