/* No picture at all: the app asks in its own way, here line by line on a console. C99.
 *
 * An answer is one line: a score; a text, empty to skip; the numbers of choices, with blanks between. Beside it there
 * are the words back, later, close, and agree. With arguments: headless DOCUMENT PROJECT SURVEY. */
#include <candor/candor.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "survey.h"

enum { kLine = 4096, kMostChoices = 32 };

typedef struct Seen {
    const char* survey;
    int ended;
    int failed;
} Seen;

static int fail(const char* what) {
    fprintf(stderr, "headless: %s\n", what);
    return 1;
}

static void say(const char* before, candor_string text) {
    printf("%s%.*s\n", before, (int)text.size, text.data ? text.data : "");
}

static void on_event(void* context, candor_client client, const candor_event* event) {
    Seen* seen = context;
    switch (event->kind) {
        case CANDOR_EVENT_READY: /* an app: candor_track, and the rules decide */
            if (candor_show(client, candor_text(seen->survey), 0) != CANDOR_OK) seen->failed = 1;
            break;
        case CANDOR_EVENT_ANSWERED: puts("(stored)"); break;
        case CANDOR_EVENT_DISMISSED: puts("(dismissed)"); break;
        case CANDOR_EVENT_SNOOZED: puts("(put off)"); break;
        case CANDOR_EVENT_PROMPT_ENDED: seen->ended = 1; break;
        case CANDOR_EVENT_ERROR: fprintf(stderr, "headless: %.*s\n", (int)event->text.size, event->text.data); break;
        default: break;
    }
}

/* Whatever was said is stored, and what came of it is told. An app with a loop ticks there instead, and never waits. */
static int settle(candor_client client) {
    return candor_flush(client, 10000) == CANDOR_OK && candor_tick(client) == CANDOR_OK;
}

static void show(const candor_prompt* prompt) {
    say("\n", prompt->text);
    if (prompt->status == CANDOR_PROMPT_FAILED) puts("It could not be stored. Please answer again.");
    if (prompt->max > prompt->min) {
        printf("%d: %.*s, %d: %.*s\n", (int)prompt->min, (int)prompt->low_label.size, prompt->low_label.data,
               (int)prompt->max, (int)prompt->high_label.size, prompt->high_label.data);
    }
    for (size_t i = 0; i < prompt->choice_count; ++i) {
        printf("%u", (unsigned)(i + 1));
        say(". ", prompt->choices[i].text);
    }
    if (prompt->link.size > 0) say("See ", prompt->link);
    if (prompt->notice.size > 0) say("", prompt->notice);
    if (prompt->agreement == CANDOR_AGREEMENT_WANTED) puts("Nothing is stored before you say agree.");
}

static candor_status choose(candor_client client, const candor_prompt* prompt, char* line) {
    candor_string chosen[kMostChoices];
    size_t count = 0;
    for (char* word = strtok(line, " "); word; word = strtok(NULL, " ")) {
        const long number = strtol(word, NULL, 10);
        if (number < 1 || (size_t)number > prompt->choice_count || count == kMostChoices) return CANDOR_INVALID;
        chosen[count++] = prompt->choices[number - 1].id;
    }
    return candor_answer_choices(client, prompt->question, chosen, count, candor_text(""));
}

static candor_status answer(candor_client client, const candor_prompt* prompt, char* line) {
    char* end = line;
    long score;
    if (strcmp(line, "close") == 0) return candor_dismiss(client);
    if (strcmp(line, "later") == 0) return candor_snooze(client);
    if (strcmp(line, "back") == 0) return candor_back(client);
    if (strcmp(line, "agree") == 0) return candor_agree(client);
    if (prompt->choice_count > 0) return choose(client, prompt, line);
    if (prompt->max <= prompt->min || *line == '\0') {
        return candor_answer_text(client, prompt->question, candor_text(line));
    }
    score = strtol(line, &end, 10);
    if (*end != '\0' || score < prompt->min || score > prompt->max) return CANDOR_INVALID;
    return candor_answer_score(client, prompt->question, (int32_t)score);
}

/* One question. At the end of the input the person has left. */
static candor_status ask(candor_client client, const candor_prompt* prompt) {
    char line[kLine];
    show(prompt);
    candor_presented(client); /* it can be seen; more often does no harm */
    if (prompt->status == CANDOR_PROMPT_DONE) return candor_dismiss(client);
    if (!fgets(line, sizeof line, stdin)) return candor_dismiss(client);
    line[strcspn(line, "\r\n")] = '\0';
    return answer(client, prompt, line);
}

static int run(candor_client client, const Seen* seen) {
    while (!seen->ended && !seen->failed) {
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        if (!settle(client)) return fail("the store does not answer");
        if (candor_prompt_get(client, &prompt) != CANDOR_OK || prompt.status == CANDOR_PROMPT_STORING) continue;
        switch (ask(client, &prompt)) {
            case CANDOR_OK: break;
            case CANDOR_INVALID:
            case CANDOR_REFUSED: puts("That is no answer to this question."); break;
            default: return fail("the answer was not taken");
        }
    }
    return seen->failed ? fail("there is no such survey") : 0;
}

/* NULL: it cannot be read. To be freed. */
static char* read_file(const char* name) {
    FILE* file = fopen(name, "rb");
    char* text = NULL;
    long size = 0;
    if (!file) return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0 && fseek(file, 0, SEEK_SET) == 0) {
        text = malloc((size_t)size + 1);
    }
    if (text) text[fread(text, 1, (size_t)size, file)] = '\0';
    fclose(file);
    return text;
}

int main(int count, char** words) {
    Seen seen = {EMBED_SURVEY, 0, 0};
    candor_config config = CANDOR_CONFIG_INIT;
    candor_string why = {NULL, 0};
    char* document = NULL;
    candor_client client;
    int result;
    if (count != 1 && count != 4) return fail("usage: headless [DOCUMENT PROJECT SURVEY]");
    if (count == 4 && !(document = read_file(words[1]))) return fail("the document cannot be read");
    if (count == 4) seen.survey = words[3];
    config.project = candor_text(count == 4 ? words[2] : EMBED_PROJECT);
    config.on_event = on_event;
    config.on_event_context = &seen;
    client = candor_start(&config, &why); /* without a storage_path: in memory */
    if (client == 0) {
        fprintf(stderr, "headless: %.*s\n", (int)why.size, why.data);
        free(document);
        return 1;
    }
    result = candor_load(client, candor_text(document ? document : EMBED_DOCUMENT)) == CANDOR_OK
                 ? run(client, &seen)
                 : fail("the document is refused");
    free(document);
    if (candor_close(client, 2000) == CANDOR_TIMEOUT) result = fail("not all was sent; it is kept");
    return result;
}
