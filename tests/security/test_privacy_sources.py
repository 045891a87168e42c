"""The scanner's sources on real parts: what is planted in a topic, a table, a file, a span or a mail is found."""

from email.message import EmailMessage
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaProducer
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.support.privacy import Secrets
from tests.support.privacy_sources import files_below, mails, records, spans, tables
from tests.support.topics import Topics

NAME = "Éléonore Wytsbrûlé"
SECRETS = Secrets(NAME)


async def test_a_name_in_a_key_a_value_or_a_header_of_any_topic_is_found(kafka: str) -> None:
    topics = Topics(kafka)
    topic = await topics.create(partitions=3)
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.send_and_wait(topic, b"{}", key=NAME.encode(), partition=0)
        await producer.send_and_wait(topic, NAME.encode("latin-1"), partition=1)
        await producer.send_and_wait(
            topic, None, key=b"k", headers=[("ce_subject", NAME.upper().encode())], partition=2
        )
        await producer.send_and_wait(topic, b"{}", headers=[(NAME, b"")], partition=2)
    places = {finding.place for finding in SECRETS.scan(await records(kafka))}
    await topics.remove_all()
    assert places == {
        f"{topic}[0]@0 key",
        f"{topic}[1]@0 value",
        f"{topic}[2]@0 header ce_subject",
        f"{topic}[2]@1 header {NAME}",
    }


async def test_a_name_in_a_text_json_or_binary_column_is_found(postgres: str) -> None:
    connection = await asyncpg.connect(postgres)
    await connection.execute("create schema privacy_probe")
    try:
        await connection.execute("create table privacy_probe.texts as select $1::text as note", NAME)
        await connection.execute("create table privacy_probe.bytes as select $1::bytea as sealed", NAME.encode())
        await connection.execute(
            "create table privacy_probe.documents as select jsonb_build_object('n', $1::text)", NAME
        )
        await connection.execute("create table privacy_probe.clean as select 'Calais'::text as commune")
        places = {finding.place for finding in SECRETS.scan(await tables(postgres))}
    finally:
        await connection.execute("drop schema privacy_probe cascade")
        await connection.close()
    assert places == {f"table privacy_probe.{name}" for name in ("texts", "bytes", "documents")}


def test_a_name_in_a_file_or_in_its_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "cases.log").write_text(f"handled {NAME}\n")
    (tmp_path / "convocation-eleonore-wytsbrule.log").write_text("nothing\n")
    (tmp_path / "meetings.log").write_text("nothing\n")
    places = {finding.place for finding in SECRETS.scan(files_below(tmp_path))}
    assert places == {"file cases.log", "file convocation-eleonore-wytsbrule.log"}


def test_a_name_in_a_spans_attribute_is_found() -> None:
    span = Span(name="PUT /api/recalls/{recall_id}")
    span.attributes.add(key="http.request.body").value.string_value = NAME
    assert [finding.secret for finding in SECRETS.scan(spans([span]))] == [NAME]


def test_a_name_in_a_mails_body_is_found() -> None:
    message = EmailMessage()
    message["Subject"] = "Convocation"
    message.set_content(f"Bonjour {NAME}")
    assert [finding.secret for finding in SECRETS.scan(mails([bytes(message)]))] == [NAME]
