import java.util.List;
import java.util.stream.Stream;

/** javac -d out *.java && java -cp out SeekTest. With JUnit, each test here is a method of its own. */
final class SeekTest {
    private static final List<String> PROFILES =
            Stream.of("one", "two", "three", "four").map(name -> "https://linkedin.com/in/" + name).toList();

    private interface Test {
        void run(SparringServer.Session session, SeekClient client) throws Exception;
    }

    private static int failed = 0;

    public static void main(String[] args) throws Exception {
        try (var server = new SparringServer("seek")) {
            test(server, "follows a job to its end", (session, client) -> {
                var job = client.submitAll(PROFILES.subList(0, 1)).get(0);
                equal("queued", client.status(job));
                session.advance("10s");
                equal("completed", client.status(job));
            });

            // A client that went on after the 402 would pass here, and fail when the session is closed.
            test(server, "stops when the credits are used up", (session, client) -> {
                session.play("seek/out-of-credits");
                try {
                    client.submitAll(PROFILES);
                    throw new AssertionError("it went on");
                } catch (SeekClient.OutOfCredits error) {
                    equal("2 of 4 jobs are submitted", error.getMessage());
                }
            });

            test(server, "takes webhooks with a good signature only", (session, client) -> {
                try (var receiver = new Receiver(session.webhookSecret)) {
                    session.sendWebhooksTo(receiver.url);
                    client.submitAll(PROFILES.subList(0, 1));
                    session.advance("10s");
                    session.play("seek/webhook-forged-signature");
                    session.trigger("seek", "jobFinished");
                    equal(List.of("job.completed", "forged"), receiver.events);
                }
            });
        }
        // The threads of HttpClient would keep it alive.
        System.exit(failed == 0 ? 0 : 1);
    }

    /** Runs a test in its own session. */
    private static void test(SparringServer server, String name, Test test) throws Exception {
        var session = server.open("seek/happy-path");
        try {
            try {
                test.run(session, new SeekClient(session.url, session.key));
            } finally {
                session.close();
            }
            System.out.println("ok " + name);
        } catch (Exception | AssertionError error) {
            failed++;
            System.out.println("not ok " + name + ": " + error.getMessage());
        }
    }

    private static void equal(Object expected, Object actual) {
        if (!expected.equals(actual)) throw new AssertionError("expected " + expected + ", got " + actual);
    }
}
