import dev.candor.Candor;
import dev.candor.Prompt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A shop without a window: commands on standard input, what happens on standard output. A survey is asked as text, as a game
 * console or a kiosk might: the host draws, Candor decides, stores and delivers.
 */
public final class Shop {
    public static void main(String[] args) throws IOException {
        Map<String, String> options = new HashMap<>(Map.of("--project", "shop", "--write-key", "demo", "--storage", ".", "--locale", "en"));
        for (int i = 0; i + 1 < args.length; i += 2) options.put(args[i], args[i + 1]);
        if (!options.containsKey("--document")) {
            System.err.println("usage: Shop --document FILE [--endpoint URL] [--write-key KEY] [--storage DIR] [--person ID]"
                    + " [--locale TAG] [--project NAME]");
            System.exit(2);
        }
        Candor.Config config = new Candor.Config(options.get("--project"))
                .endpoint(options.getOrDefault("--endpoint", ""))
                .writeKey(options.get("--write-key"))
                .storage(Path.of(options.get("--storage")))
                .locale(options.get("--locale"))
                .appVersion("1.0");
        try (Candor candor = Candor.start(config)) {
            candor.onEvent(event -> say("event " + event.kind().name().toLowerCase() + " " + event.survey() + " " + event.text()
                    + (event.count() > 0 ? " " + event.count() : "")));
            candor.onPrompt(Shop::ask);
            if (!candor.load(Files.readString(Path.of(options.get("--document"))))) System.exit(1);
            if (options.containsKey("--person")) candor.identify(options.get("--person"));
            serve(candor);
            candor.close(Duration.ofSeconds(2));
        }
    }

    private static void serve(Candor candor) throws IOException {
        say("commands: buy · answer N · choose ID … [= TEXT] · comment TEXT · skip · back · close · identify ID · reset · why · quit");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            String[] words = line.split(" ", 2);
            String rest = words.length > 1 ? words[1] : "";
            switch (words[0]) {
                case "buy" -> candor.track("purchase_completed", Map.of("product", "Mug", "price", 12.5));
                case "answer" -> answered(candor.prompt() != null && candor.prompt().answer(Integer.parseInt(rest.trim())), candor);
                case "comment" -> answered(candor.prompt() != null && candor.prompt().answer(rest), candor);
                case "choose" -> {
                    String[] parts = rest.split("=", 2);
                    List<String> ids = List.of(parts[0].trim().split(" +"));
                    answered(candor.prompt() != null && candor.prompt().answer(ids, parts.length > 1 ? parts[1].trim() : ""), candor);
                }
                case "skip" -> answered(candor.prompt() != null && candor.prompt().skip(), candor);
                case "back" -> {
                    if (candor.prompt() != null) candor.prompt().back();
                    answered(candor.prompt() != null, candor);
                }
                case "close" -> candor.hide();
                case "identify" -> candor.identify(rest);
                case "reset" -> candor.reset();
                case "why" -> say("why " + candor.explain(rest));
                default -> say("unknown command: " + words[0]);
            }
        }
    }

    private static void answered(boolean accepted, Candor candor) {
        if (!accepted) {
            say("refused");
        } else if (candor.prompt() != null) {
            ask(candor.prompt());
        }
    }

    private static void ask(Prompt prompt) {
        Prompt.Question question = prompt.question();
        if (question == null) return;
        String scale = question.type().isScale()
                ? " [" + question.min() + " " + question.lowLabel() + " … " + question.max() + " " + question.highLabel() + "]"
                : "";
        say("question " + question.id() + " " + question.text() + scale);
        if (!question.link().isEmpty()) say("  " + question.linkText() + " " + question.link());
        for (Prompt.Choice choice : question.choices()) {
            say("  " + (choice.chosen() ? "* " : "- ") + choice.id() + " " + choice.text() + (choice.other() ? " …" : ""));
        }
        prompt.presented();
    }

    private static synchronized void say(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    private Shop() {}
}
