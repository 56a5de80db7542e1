"""Fixtures for pytest: one server for the run, a session for each test, and a receiver of webhooks."""

import pytest
from receiver import Receiver
from seek_client import SeekClient
from sparring_server import Server


@pytest.fixture(scope="session")
def sparring():
    server = Server("seek")
    yield server
    server.stop()


@pytest.fixture
def session(sparring):
    """Closed when the test has ended, which fails where the client broke a rule of the vendor."""
    opened = sparring.session("seek/happy-path")
    yield opened
    opened.close()


@pytest.fixture
def seek(session):
    access = session.vendors["seek"]
    return SeekClient(access["url"], access["key"])


@pytest.fixture
def receiver(session):
    listening = Receiver(session.vendors["seek"]["webhookSecret"])
    session.send_webhooks_to(listening.url)
    yield listening
    listening.close()
