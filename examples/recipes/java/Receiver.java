import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Your application's receiver of webhooks, on a port of its own. */
final class Receiver implements AutoCloseable {
    final List<String> events = new CopyOnWriteArrayList<>();
    final String url;
    private final HttpServer server;
    private final String secret;

    Receiver(String secret) throws IOException {
        this.secret = secret;
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", this::receive);
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void receive(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var known = signature(body).equals(exchange.getRequestHeaders().getFirst("x-seekapi-signature"));
        events.add(known ? SparringServer.first("event", new String(body)) : "forged");
        exchange.sendResponseHeaders(known ? 200 : 401, -1);
        exchange.close();
    }

    private String signature(byte[] body) throws IOException {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (java.security.GeneralSecurityException error) {
            throw new IOException(error);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
