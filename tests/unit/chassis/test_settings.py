from pathlib import Path

import pytest

from services.chassis.settings import Settings, SettingsIncomplete, load

COMPLETE = {
    "CISPD_DATABASE_URL": "postgresql://somewhere/x",
    "CISPD_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
    "CISPD_OIDC_ISSUER": "http://127.0.0.1:9",
    "CISPD_OIDC_CLIENT_SECRET": "secret",
    "CISPD_PUBLIC_URL": "http://127.0.0.1:9",
    "CISPD_SESSION_KEY": "s" * 32,
    "CISPD_LEDGER_KEY": "l" * 32,
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in COMPLETE:
        monkeypatch.delenv(name, raising=False)


def test_one_message_names_everything_that_is_missing() -> None:
    with pytest.raises(SettingsIncomplete) as refused:
        load(Settings)
    assert [name for name in COMPLETE if name not in str(refused.value)] == []


def test_a_wrong_value_is_named_but_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (COMPLETE | {"CISPD_SESSION_KEY": "too-short"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsIncomplete) as refused:
        load(Settings)
    assert "CISPD_SESSION_KEY" in str(refused.value)
    assert "too-short" not in str(refused.value)


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CISPD_LEDGER_KEY")
    monkeypatch.setenv("CISPD_SECRETS_DIR", str(tmp_path))
    (tmp_path / "cispd_ledger_key").write_text("f" * 40)
    assert load(Settings).ledger_key.get_secret_value() == "f" * 40


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    assert COMPLETE["CISPD_SESSION_KEY"] not in repr(load(Settings))
