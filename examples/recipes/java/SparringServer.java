import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A server of sparring for a test run, and a session of it for each test. The JDK is enough. */
final class SparringServer implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String url;

    /** Serves vendors on a free port. It ends with this process, also when that is killed. */
    SparringServer(String... vendors) throws IOException {
        var command = new ArrayList<>(List.of(System.getenv().getOrDefault("SPARRING", "npx sparring").split(" ")));
        command.add("serve");
        command.addAll(List.of(vendors));
        command.addAll(List.of("--port", "0", "--frozen", "--json", "--stop-with-parent"));
        process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        var ready = new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
        if (ready == null) throw new IOException("sparring has not started; it has said why on stderr.");
        url = first("url", ready);
    }

    Session open(String scenario) throws Exception {
        return new Session(control("POST", "/sessions", "{\"scenario\":\"" + scenario + "\"}"));
    }

    @Override
    public void close() throws Exception {
        control("POST", "/shutdown", "{}");
        process.waitFor(30, TimeUnit.SECONDS);
    }

    /** Calls the control API, and gives its answer. */
    private String control(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + "/__sparring" + path))
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 400) throw new IOException(first("detail", answer.body()));
        return answer.body();
    }

    /** The first text of that name in JSON; a project that has a reader of JSON takes that. */
    static String first(String field, String json) {
        var found = Pattern.compile("\"" + field + "\":\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        return found.find() ? found.group(1) : null;
    }

    /** Isolated: its own clock, state, scenario, journal, and a URL and a key of the vendor. */
    final class Session {
        private final String id;
        final String url;
        final String key;
        final String webhookSecret;

        private Session(String opened) {
            id = first("id", opened);
            url = first("url", opened);
            key = first("key", opened);
            webhookSecret = first("webhookSecret", opened);
        }

        void play(String scenario) throws Exception {
            call("PUT", "/scenario", "{\"names\":\"" + scenario + "\"}");
        }

        /** Moves the clock; what falls due on the way happens, webhooks too. */
        void advance(String duration) throws Exception {
            call("POST", "/clock", "{\"advance\":\"" + duration + "\"}");
        }

        void sendWebhooksTo(String receiver) throws Exception {
            call("PUT", "/target", "{\"to\":\"" + receiver + "\"}");
        }

        void trigger(String vendor, String webhook) throws Exception {
            call("POST", "/webhooks", "{\"vendor\":\"" + vendor + "\",\"webhook\":\"" + webhook + "\"}");
        }

        /** Ends the session; what the client did wrong in it fails the test. */
        void close() throws Exception {
            var report = control("DELETE", "/sessions/" + id, "{}");
            if (!Pattern.compile("\"severity\":\"(error|warning)\"").matcher(report).find()) return;
            var messages = Pattern.compile("\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(report).results();
            throw new AssertionError(String.join("\n", messages.map((MatchResult found) -> found.group(1)).toList()));
        }

        private void call(String method, String path, String body) throws Exception {
            control(method, path + "?session=" + id, body);
        }
    }
}
