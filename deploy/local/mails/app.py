"""Pages and a JSON list to read what was sent."""

from urllib.parse import quote

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse, Response

from deploy.local.mails.mailbox import Mailbox, Received
from deploy.local.pages import Pages
from services.chassis import french
from services.chassis.web import Cell, Column, Fact
from services.chassis.web.forms import FormState

SHOWN = 200
COLUMNS = [Column("Objet"), Column("À"), Column("Arrivé (heure réelle)")]
# A mail brings its own styles and must bring nothing else: no script, no picture from elsewhere.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def mails_app(mailbox: Mailbox, pages: Pages) -> FastAPI:
    """The catcher's pages as an application."""
    app = FastAPI(title="Mail catcher", openapi_url=None)

    def found(number: int) -> Received:
        mail = mailbox.number(number)
        if mail is None:
            raise HTTPException(404, "Ce courriel n’existe pas.")
        return mail

    @app.get("/")
    async def listing(to: str = "", subject: str = "") -> HTMLResponse:
        rows = [row(mail) for mail in mailbox.find(to, subject)[:SHOWN]]
        return pages.page("mails.html", rows=rows, columns=COLUMNS, query=FormState.blank({"to": to}))

    @app.get("/messages.json")
    async def as_json(to: str = "", subject: str = "", after: int = 0) -> list[dict[str, object]]:
        """Oldest first; `after` is the number of the last message already known."""
        return [mail.summary for mail in reversed(mailbox.find(to, subject)) if mail.number > after]

    @app.get("/{number}")
    async def one(number: int) -> HTMLResponse:
        mail = found(number)
        return pages.page("mail.html", mail=mail, title=title(mail), facts=facts(mail))

    @app.get("/{number}/html")
    async def html(number: int) -> HTMLResponse:
        return HTMLResponse(found(number).html(), headers={"content-security-policy": MAIL_POLICY})

    @app.get("/{number}/source")
    async def source(number: int) -> Response:
        return Response(found(number).content, media_type="text/plain; charset=utf-8")

    @app.get("/{number}/pieces/{position}")
    async def part(number: int, position: int) -> Response:
        parts = found(number).parts()
        if not 0 <= position < len(parts):
            raise HTTPException(404, "Ce courriel n’a pas cette pièce jointe.")
        name, kind, content = parts[position]
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        return Response(content, media_type=kind, headers={"content-disposition": disposition})

    return app


def title(mail: Received) -> str:
    return str(mail.message["subject"] or "Sans objet")


def row(mail: Received) -> list[Cell | str]:
    """A line of the list."""
    return [
        Cell(title(mail), href=str(mail.number)),
        ", ".join(mail.envelope_to),
        french.history_datetime(mail.received),
    ]


def facts(mail: Received) -> list[Fact]:
    return [
        Fact("De", str(mail.message["from"] or "Aucun expéditeur")),
        Fact("À", ", ".join(mail.envelope_to)),
        Fact("Arrivé (heure réelle)", french.history_datetime(mail.received)),
    ]
