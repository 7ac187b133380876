/* A program of the first days: compiled against the header of API version 1 that lies beside it and never changes,
 * linked to whatever libcandor.so is built today. It must go on working. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "candor.h"

static int shown = 0;
static int answered = 0;
static int possible = 0;

static int64_t clock_now = INT64_C(1795334400000);

static int64_t now(void* context) {
    (void)context;
    return clock_now;
}

static void on_event(void* context, candor_client client, const candor_event* event) {
    if (*(int*)context != 42 || client == 0) abort();
    if (event->kind == CANDOR_EVENT_PROMPT_POSSIBLE) {
        ++possible;
        if (candor_presented(client) != CANDOR_OK) abort();
    }
    if (event->kind == CANDOR_EVENT_SHOWN) ++shown;
    if (event->kind == CANDOR_EVENT_ANSWERED) ++answered;
}

static void check(int holds, const char* what) {
    if (holds) return;
    fprintf(stderr, "abi v1: %s\n", what);
    exit(1);
}

static const char* const document =
    "{\"candor\":1,\"project\":\"abi\",\"revision\":1,\"product\":\"ABI\",\"locale\":\"en\",\"surveys\":[{\"id\":\"s\","
    "\"kind\":"
    "\"transactional\",\"triggers\":[{\"event\":\"go\"}],\"wait\":{\"answered\":90},\"questions\":[{\"id\":\"score\","
    "\"type\":\"nps\"},"
    "{\"id\":\"thanks\",\"type\":\"thanks\",\"text\":\"Thanks.\"}]}]}";

int main(void) {
    int mark = 42;
    candor_host host;
    memset(&host, 0, sizeof host);
    host.size = sizeof host;
    host.now = now;
    candor_config config = CANDOR_CONFIG_INIT;
    config.project = candor_text("abi");
    config.on_event = on_event;
    config.on_event_context = &mark;
    config.host = &host;
    candor_string why;
    candor_client client = candor_start(&config, &why);
    check(client != 0, "does not start");
    check(candor_load(client, candor_text(document)) == CANDOR_OK, "the document is refused");
    check(candor_flush(client, 20000) == CANDOR_OK, "does not settle");
    check(candor_track(client, candor_text("go"), NULL, 0) == CANDOR_OK, "does not track");
    for (int i = 0; i < 100 && shown == 0; ++i) {
        candor_tick(client);
        candor_flush(client, 20000);
    }
    candor_tick(client);
    check(possible == 1, "no prompt");
    check(shown == 1, "not shown");
    candor_prompt prompt = CANDOR_PROMPT_INIT;
    check(candor_prompt_get(client, &prompt) == CANDOR_OK, "no question");
    check(prompt.type == CANDOR_QUESTION_NPS && prompt.max == 10 && prompt.score == -1, "not the question that it was");
    check(prompt.text.size > 20 && memchr(prompt.text.data, 'A', prompt.text.size) != NULL, "no text");

    /* A caller with a shorter struct than the library's gets what fits, and nothing beyond it. */
    struct {
        candor_prompt head;
        unsigned char beyond[64];
    } small;
    memset(&small, 0xAB, sizeof small);
    small.head.size = offsetof(candor_prompt, status);
    check(candor_prompt_get(client, &small.head) == CANDOR_OK, "a short struct is refused");
    check(small.head.survey.size == 1 && small.head.survey.data[0] == 's', "a short struct is not filled");
    check(((unsigned char*)&small)[offsetof(candor_prompt, status)] == 0xAB, "written beyond the struct");

    check(candor_answer_score(client, candor_text("score"), 9) == CANDOR_OK, "an answer is refused");
    check(candor_flush(client, 20000) == CANDOR_OK, "not stored");
    candor_tick(client);
    check(answered == 1, "not answered");
    check(candor_close(client, 1000) == CANDOR_OK, "does not close");
    check(candor_track(client, candor_text("go"), NULL, 0) == CANDOR_CLOSED, "lives after close");
    puts("abi v1: ok");
    return 0;
}
