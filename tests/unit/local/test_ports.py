"""Ports that the local stack and the tests give to servers."""

import socket

import pytest

from deploy.local import ports


def test_a_free_port_is_none_of_those_that_linux_gives_to_clients() -> None:
    given = {ports.free_port() for _ in range(50)}
    assert len(given) == 50
    assert max(given) < 32_768


def test_a_port_on_which_somebody_listens_and_one_given_before_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    before, free = ports.free_port(), ports.free_port()
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        taken = server.getsockname()[1]
        offered = iter([before, taken, free])
        monkeypatch.setattr(ports.secrets, "randbelow", lambda _: next(offered) - ports.FIRST)
        monkeypatch.setattr(ports, "_given", {before})
        assert ports.free_port() == free
