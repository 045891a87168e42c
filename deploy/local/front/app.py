"""The front door as an application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from deploy.local.front.proxy import Proxy
from deploy.local.front.settings import FrontSettings
from deploy.local.issuer.app import Client, issuer_app
from deploy.local.issuer.keys import SigningKey
from deploy.local.mails.app import mails_app
from deploy.local.mails.mailbox import Mailbox
from deploy.local.mails.smtp import receiving
from deploy.local.pages import ASSETS, Pages
from schemas.site import site
from services.chassis.web.assets import assets_app


def front_door(settings: FrontSettings) -> Starlette:
    """Everything one address serves. The SMTP server lives as long as the application."""
    pages = Pages(settings.clock_file, f"{settings.public_url}/identite")
    proxy = Proxy(site().service_of, settings.services, pages)
    mailbox = Mailbox(settings.data / "mails")
    client = Client(client_id=settings.client_id, secret=settings.client_secret, home=settings.public_url)
    issuer = issuer_app(f"{settings.public_url}/identite", client, SigningKey(settings.data / "issuer.pem"), pages)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with receiving(mailbox, settings.smtp_port):
            yield
        proxy.close()

    async def to_folder(request: Request) -> Response:
        return RedirectResponse(f"{request.url.path}/", 308)

    return Starlette(
        routes=[
            Route("/identite", to_folder),
            Route("/courriels", to_folder),
            Mount("/identite", issuer),
            Mount(f"/assets/{ASSETS}", assets_app()),
            Mount("/courriels", mails_app(mailbox, pages)),
            Mount("/", proxy),
        ],
        lifespan=lifespan,
    )
