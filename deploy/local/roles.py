"""A service's place in PostgreSQL: a schema, a role that owns it (migrations) and a role that only reads and writes.

In the schema beside, `<service>_rebuild`, the owner builds projections anew; nobody else may look there.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

# Service and database names are our own constants; passwords are quoted by PostgreSQL.
ROLES = """
create role {service} login password {password};
create role {owner} login password {owner_password};
alter role {service} set search_path = {service};
alter role {owner} set search_path = {service};
"""
SCHEMA = """
create schema {service} authorization {owner};
create schema {service}_rebuild authorization {owner};
revoke all on schema public from public;
grant usage on schema {service} to {service};
alter default privileges for role {owner} in schema {service}
    grant select, insert, update, delete on tables to {service};
alter default privileges for role {owner} in schema {service} grant usage, select on sequences to {service};
alter default privileges for role {owner} in schema {service} grant execute on routines to {service};
"""


async def create_roles(admin: asyncpg.Connection, service: str, password: str) -> None:
    """The runtime role `<service>` and the owner role `<service>_owner`, both with `password`, in the whole cluster."""
    secret = await admin.fetchval("select quote_literal($1::text)", password)
    await admin.execute(ROLES.format(service=service, owner=owner_of(service), password=secret, owner_password=secret))


async def create_schema(admin: asyncpg.Connection, service: str) -> None:
    """The schema `<service>` in the database of `admin`; the runtime role may use whatever its owner makes.

    Nobody may use the public schema.
    """
    await admin.execute(SCHEMA.format(service=service, owner=owner_of(service)))


async def close_to_others(admin: asyncpg.Connection, database: str, services: list[str]) -> None:
    """Only the roles of `services` may connect to `database`, whichever `admin` looks at."""
    await admin.execute(f"revoke all on database {database} from public")
    for service in services:
        await admin.execute(f"grant connect on database {database} to {service}, {owner_of(service)}")


async def create_database(server_url: str, database_url: str, services: list[str], password: str) -> None:
    """The database that `database_url` (superuser) names, with a schema and two roles per service."""
    name = database_url.rpartition("/")[2]
    async with connection(server_url) as server:
        for service in services:
            await create_roles(server, service, password)
        await server.execute(f"create database {name}")
    async with connection(database_url) as database:
        await close_to_others(database, name, services)
        for service in services:
            await create_schema(database, service)


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(url)
    try:
        yield opened
    finally:
        await opened.close()


def owner_of(service: str) -> str:
    return f"{service}_owner"
