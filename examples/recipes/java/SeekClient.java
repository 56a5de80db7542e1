import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/** The client under test. In your project, this is your own code. */
final class SeekClient {
    static final class OutOfCredits extends Exception {
        private static final long serialVersionUID = 1;

        OutOfCredits(String message) {
            super(message);
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final String key;

    SeekClient(String base, String key) {
        this.base = base;
        this.key = key;
    }

    /** Submits a job for each profile, and stops when the credits are used up. */
    List<String> submitAll(List<String> profiles) throws Exception {
        var jobs = new ArrayList<String>();
        for (var profile : profiles) {
            var body = "{\"profile_url\":\"" + profile + "\",\"webhook\":\"https://client.example/hooks\"}";
            var answer = send("POST", "/v1/workers/linkedin-profile/jobs", body);
            if (answer.statusCode() == 402)
                throw new OutOfCredits(jobs.size() + " of " + profiles.size() + " jobs are submitted");
            jobs.add(SparringServer.first("job_uuid", answer.body()));
        }
        return jobs;
    }

    String status(String job) throws Exception {
        return SparringServer.first("status", send("GET", "/v1/jobs/" + job, "").body());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(base + path)).header("x-api-key", key);
        if (body.isEmpty()) request.method(method, BodyPublishers.noBody());
        else request.header("content-type", "application/json").method(method, BodyPublishers.ofString(body));
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
