import dev.candor.Candor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the tests of the Java face share: they extend it. */
class Harness {
    interface Test {
        void run(Path folder) throws Exception;
    }

    /** Waits for events by their kind. */
    static final class Events {
        final BlockingQueue<Candor.Event> queue = new LinkedBlockingQueue<>();
        final List<Candor.Event> seen = new ArrayList<>();

        Candor.Event await(Candor.EventKind kind) throws InterruptedException {
            while (true) {
                Candor.Event event = queue.poll(30, TimeUnit.SECONDS);
                if (event == null) throw new AssertionError(kind + " did not come; came " + seen);
                seen.add(event);
                if (event.kind() == kind) return event;
            }
        }
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) throw new AssertionError(otherwise);
    }

    /** That it is refused with these words. */
    static void expectRefusal(Runnable call, String words) {
        expect(IllegalArgumentException.class, call, words);
    }

    static void expect(Class<? extends RuntimeException> wanted, Runnable call, String words) {
        try {
            call.run();
        } catch (RuntimeException e) {
            check(wanted.isInstance(e) && String.valueOf(e.getMessage()).contains(words), "not " + words + " but " + e);
            return;
        }
        throw new AssertionError("not refused: " + words);
    }

    static boolean passes(String name, Test test) throws IOException {
        Path folder = Files.createTempDirectory("candor-java");
        try {
            test.run(folder);
            System.out.println("ok   " + name);
            return true;
        } catch (Exception | AssertionError e) {
            System.out.println("FAIL " + name);
            e.printStackTrace(System.out);
            return false;
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    Harness() {}
}
