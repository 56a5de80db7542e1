"""python3 -m unittest"""

import unittest

from receiver import Receiver
from seek_client import OutOfCredits, SeekClient
from sparring_server import Server

PROFILES = [f"https://linkedin.com/in/{name}" for name in ("one", "two", "three", "four")]


class SeekTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("seek")
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.session = self.server.session("seek/happy-path")
        self.addCleanup(self.session.close)
        access = self.session.vendors["seek"]
        self.client = SeekClient(access["url"], access["key"])

    def test_follows_a_job_to_its_end(self):
        [job] = self.client.submit_all(PROFILES[:1])
        self.assertEqual(self.client.status(job), "queued")
        self.session.advance("10s")
        self.assertEqual(self.client.status(job), "completed")

    def test_stops_when_the_credits_are_used_up(self):
        # A client that went on after the 402 would pass here, and fail when the session is closed.
        self.session.play("seek/out-of-credits")
        with self.assertRaisesRegex(OutOfCredits, "2 of 4 jobs are submitted"):
            self.client.submit_all(PROFILES)

    def test_takes_webhooks_with_a_good_signature_only(self):
        receiver = Receiver(self.session.vendors["seek"]["webhookSecret"])
        self.addCleanup(receiver.close)
        self.session.send_webhooks_to(receiver.url)
        self.client.submit_all(PROFILES[:1], webhook="https://client.example/hooks")
        self.session.advance("10s")
        self.assertEqual(receiver.events, ["job.completed"])

        self.session.play("seek/webhook-forged-signature")
        forged = self.session.trigger("seek", "jobFinished")
        self.assertEqual(forged["attempts"][0]["status"], 401)
        self.assertEqual(receiver.events, ["job.completed"])


if __name__ == "__main__":
    unittest.main()
