"""pytest test_with_pytest.py"""

import pytest
from seek_client import OutOfCredits

PROFILES = [f"https://linkedin.com/in/{name}" for name in ("one", "two", "three", "four")]


def test_follows_a_job_to_its_end(session, seek):
    [job] = seek.submit_all(PROFILES[:1])
    session.advance("10s")
    assert seek.status(job) == "completed"


def test_stops_when_the_credits_are_used_up(session, seek):
    session.play("seek/out-of-credits")
    with pytest.raises(OutOfCredits, match="2 of 4 jobs are submitted"):
        seek.submit_all(PROFILES)


def test_is_told_when_a_job_has_ended(session, seek, receiver):
    seek.submit_all(PROFILES[:1], webhook="https://client.example/hooks")
    session.advance("10s")
    assert receiver.events == ["job.completed"]
