package dev.candor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** HTTP by what every Java and every Android has. One exchange at a time, on a thread of its own. */
final class Transport {
    private final ExecutorService thread = daemon("candor-http");
    private final Map<Integer, HttpURLConnection> running = new ConcurrentHashMap<>();
    private final Set<Integer> cancelled = ConcurrentHashMap.newKeySet(); // before they began

    /** One thread, which keeps no process alive. */
    static ExecutorService daemon(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    void send(int ticket, String method, String url, byte[][] headers, byte[] body, long timeout, long limit) {
        try {
            thread.execute(() -> exchange(ticket, method, url, headers, body, timeout, limit));
        } catch (RejectedExecutionException stopped) {
            Native.httpDone(ticket, 0, new byte[0][], new byte[0], Candor.utf8("stopped"));
        }
    }

    void cancel(int ticket) {
        HttpURLConnection connection = running.remove(ticket);
        if (connection == null) cancelled.add(ticket);
        // Not on the caller's thread: closing a socket may wait for it.
        if (connection != null) new Thread(connection::disconnect, "candor-http-cancel").start();
    }

    void stop() {
        thread.shutdownNow();
        running.keySet().forEach(this::cancel);
    }

    private void exchange(int ticket, String method, String url, byte[][] headers, byte[] body, long timeout, long limit) {
        HttpURLConnection connection = null;
        if (cancelled.remove(ticket)) return;
        try {
            if (!(URI.create(url).toURL().openConnection() instanceof HttpURLConnection opened)) {
                throw new IOException("not an http address");
            }
            connection = opened;
            running.put(ticket, connection);
            connection.setRequestMethod(method);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setConnectTimeout((int) Math.min(timeout, 10_000));
            connection.setReadTimeout((int) Math.min(timeout, 30_000));
            for (int i = 0; i + 1 < headers.length; i += 2) {
                connection.setRequestProperty(Candor.text(headers[i]), Candor.text(headers[i + 1]));
            }
            if (body.length > 0) {
                connection.setDoOutput(true);
                connection.setFixedLengthStreamingMode(body.length);
                connection.getOutputStream().write(body);
            }
            int status = connection.getResponseCode();
            byte[] answer = read(status < 400 ? connection.getInputStream() : connection.getErrorStream(), limit);
            Native.httpDone(ticket, status, answerHeaders(connection), answer, new byte[0]);
        } catch (IOException | RuntimeException e) {
            Native.httpDone(ticket, 0, new byte[0][], new byte[0], Candor.utf8(e.toString()));
        } finally {
            running.remove(ticket);
        }
    }

    private static byte[][] answerHeaders(HttpURLConnection connection) {
        List<byte[]> out = new ArrayList<>();
        connection.getHeaderFields().forEach((name, values) -> {
            if (name == null) return;
            for (String value : values) {
                out.add(name.getBytes(StandardCharsets.UTF_8));
                out.add(value.getBytes(StandardCharsets.UTF_8));
            }
        });
        return out.toArray(byte[][]::new);
    }

    private static byte[] read(InputStream stream, long limit) throws IOException {
        if (stream == null) return new byte[0];
        try (stream) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] part = new byte[8192];
            for (int n = stream.read(part); n >= 0 && out.size() < limit; n = stream.read(part)) {
                out.write(part, 0, (int) Math.min(n, limit - out.size()));
            }
            return out.toByteArray();
        }
    }
}
