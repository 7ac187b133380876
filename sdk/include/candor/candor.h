/* Candor: an in-app survey SDK.
 *
 * The whole C API, and the interface through which a host gives Candor what only a host has: time, chance,
 * storage, HTTP, text and wake-ups. C99; `candor.hpp` is a thin C++ face on it.
 *
 *   candor_config config = CANDOR_CONFIG_INIT;
 *   config.project = candor_text("shop");
 *   config.endpoint = candor_text("https://collector.example/v1/events");
 *   config.storage_path = candor_text("/home/me/.local/share/shop");
 *   config.on_event = on_candor_event;
 *   candor_client client = candor_start(&config);
 *   candor_load(client, document);
 *   candor_track(client, candor_text("purchase_completed"), NULL, 0);
 *   ... each frame, or when the host was woken:  candor_tick(client);
 *   candor_close(client, 2000);
 *
 * Rules that hold everywhere
 * - Strings are UTF-8, pointer and length, need no terminator, and stay the caller's: Candor copies what it
 *   keeps. Text that is not UTF-8 is refused with CANDOR_INVALID.
 * - Strings and arrays that Candor hands out belong to Candor. Inside a callback they live until it returns;
 *   elsewhere until the calling thread next calls the same function.
 * - Every function may be called from any thread and with any handle, also after close: it then does nothing
 *   and says CANDOR_CLOSED. None waits for storage or network, except candor_flush and candor_close, which wait
 *   no longer than they are told.
 * - A process that is forked while a client runs has none: there all calls do nothing and say CANDOR_CLOSED, and
 *   candor_start says why it starts none. The parent goes on as before.
 * - Callbacks run inside candor_tick and nowhere else, with no lock of Candor's held: they may call anything here.
 * - Instants are milliseconds since 1970-01-01 UTC, spans are milliseconds, lengths on screen are logical pixels.
 * - Each struct begins with its size, set by the caller (or by its _INIT); fields are only ever appended. What a
 *   caller's struct is too short to hold takes its default. Structs without a size stand in arrays and never change:
 *   what comes later stands in a parallel array of the struct that carries them.
 * - `now`, `monotonic`, `random` and `wake` of a host must not call back into Candor and must not wait.
 */
#ifndef CANDOR_CANDOR_H_
#define CANDOR_CANDOR_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(CANDOR_SHARED) && defined(_WIN32)
#define CANDOR_API __declspec(dllimport)
#elif defined(__GNUC__)
#define CANDOR_API __attribute__((visibility("default")))
#else
#define CANDOR_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- plain values ---------------------------------------------------------------------------------------------- */

/* Version of this header: rises when something is added. */
#define CANDOR_API_VERSION 5

/* UTF-8 text, or bytes where a field says so. Not terminated, not owned. {NULL, 0} is the empty string. */
typedef struct candor_string {
    const char* data;
    size_t size;
} candor_string;

/* A candor_string over a C string, which must outlive the call that it is passed to. */
static inline candor_string candor_text(const char* text) {
    candor_string s;
    s.data = text;
    s.size = text ? strlen(text) : 0;
    return s;
}

/* What a call came to. */
typedef int32_t candor_status;
enum {
    CANDOR_OK = 0,
    CANDOR_INVALID = 1,     /* an argument was refused: null, out of range, not UTF-8 */
    CANDOR_CLOSED = 2,      /* the handle was never started, or is closed */
    CANDOR_NO_PROMPT = 3,   /* nothing is being asked now */
    CANDOR_REFUSED = 4,     /* the survey document, or the answer, was refused; an error event says why */
    CANDOR_TIMEOUT = 5,     /* the deadline came first; nothing is lost */
    CANDOR_BUSY = 6,        /* somebody else holds it: the lock, the file, the card */
    CANDOR_FAILED = 7,      /* the host or the system failed; the reason goes with it */
    CANDOR_UNSUPPORTED = 8, /* not on this platform, or not without a host interface that was not given */
    CANDOR_UNKNOWN = 9      /* no survey, question or node of that name */
};

/* A client: one project in this process. 0 is none. Starting a project that runs already gives the same client
 * once more; it ends at the last close. Handles are never reused. */
typedef uint32_t candor_client;

/* ---- what a host may inject ------------------------------------------------------------------------------------ */

/* HTTP. Without it nothing is sent: events wait in the store. */
typedef struct candor_header {
    candor_string name;
    candor_string value;
} candor_header;

typedef struct candor_http_request {
    size_t size;
    candor_string method;
    candor_string url;
    const candor_header* headers;
    size_t header_count;
    candor_string body;    /* bytes */
    int64_t timeout;       /* for the whole exchange */
    size_t response_limit; /* a longer body is to be cut there */
    /* Not 0: the body may go out as gzip, with Content-Encoding. Whoever does so sends it once more as it is, under the
     * same ticket and within the same timeout, when the answer is 415, 400 or 422, and from then on all to that url. */
    int32_t may_gzip;
} candor_http_request;

typedef struct candor_http_response {
    size_t size;
    int32_t status;     /* 0: no answer; `error` says why */
    int32_t redirected; /* not 0: the answer came from another address than the one asked */
    const candor_header* headers;
    size_t header_count;
    candor_string body; /* bytes */
    candor_string error;
} candor_http_response;

typedef struct candor_http {
    size_t size;
    void* context;
    /* Starts one exchange and returns at once; the request is valid during the call. To be answered by one
     * candor_http_done with this ticket, from any thread, inside `send` too. No redirects are to be followed.
     * Called on Candor's I/O worker, or on the host's thread where there is none. */
    void (*send)(void* context, uint32_t ticket, const candor_http_request* request);
    /* The answer is no longer wanted (it may come all the same, and does no harm). Must not wait. */
    void (*cancel)(void* context, uint32_t ticket);
} candor_http;

/* The answer to `send`. The response is copied. An unknown or answered ticket does nothing. */
CANDOR_API void candor_http_done(uint32_t ticket, const candor_http_response* response);

/* Storage of a host without threads or files (a web page, a game console). Natively Candor brings SQLite. The host
 * keeps three things for a project: records (bytes under a key), a queue of events in order, and, on the web, the
 * loader's journal. `transact` is the only operation: open one transaction, read what the request names, call
 * candor_store_step inside it (again if the transaction must run again), apply the change, commit, and then, when the
 * commit is as durable as was asked, call candor_store_done. If anything fails, nothing of the change may stay. */
enum { CANDOR_DURABILITY_NORMAL = 0, CANDOR_DURABILITY_FULL = 1 /* survives a power cut once done */ };

enum {                            /* candor_queued.kind */
       CANDOR_EVENT_ANSWER = 0,   /* evicted last, never by age */
       CANDOR_EVENT_CONTROL = 1,  /* consent, deletion */
       CANDOR_EVENT_EXPOSURE = 2, /* counts */
       CANDOR_EVENT_OTHER = 3
};

typedef struct candor_record {
    candor_string key;
    candor_string value; /* bytes */
} candor_record;

typedef struct candor_queued {
    candor_string id;   /* the event's UUIDv7, unique */
    candor_string body; /* bytes */
    int64_t hold_until; /* not to be handed out in a peek before this instant */
    int64_t created_at;
    int32_t kind;
    int32_t attempts;
} candor_queued;

typedef struct candor_store_request {
    size_t size;
    int32_t durability;
    int32_t journal;            /* not 0: read the journal too */
    const candor_string* reads; /* keys; one that ends in '*' means all keys with that beginning */
    size_t read_count;
    int64_t now;       /* for hold_until */
    size_t peek_rows;  /* hand out at most so many of the oldest due events, */
    size_t peek_bytes; /* and no more bytes than this (but always one event, if rows allow any) */
} candor_store_request;

typedef struct candor_store_state {
    size_t size;
    const candor_record* records;
    size_t record_count;
    const candor_queued* queue; /* what the peek asked for, oldest first */
    size_t queue_count;
    int64_t queued_rows; /* the whole queue */
    int64_t queued_bytes;
    int64_t answer_rows; /* of these, answers */
    int64_t answer_bytes;
    int64_t next_due;             /* the earliest hold_until in the queue; INT64_MAX when it is empty */
    const candor_record* journal; /* oldest first; the key is for journal_remove */
    size_t journal_count;
} candor_store_state;

/* To be applied in this order: erase_everything, erases, puts, removes, appends, journal_removes. */
typedef struct candor_store_change {
    size_t size;
    const candor_record* puts;
    size_t put_count;
    const candor_string* erases; /* keys; a trailing '*' as in reads */
    size_t erase_count;
    const candor_queued* appends; /* an id that is in the queue already is skipped */
    size_t append_count;
    const candor_string* removes; /* event ids */
    size_t remove_count;
    const candor_string* journal_removes; /* keys of journal entries */
    size_t journal_remove_count;
    int32_t erase_everything; /* not 0: all records, events and journal entries go first, leaving no trace on disk */
} candor_store_change;

typedef struct candor_store {
    size_t size;
    void* context;
    /* One after the other, in the order of the calls. The request is valid during the call. */
    void (*transact)(void* context, uint32_t ticket, const candor_store_request* request);
    /* No transaction comes after this. */
    void (*close)(void* context);
} candor_store;

/* Inside the host's transaction: what is to change, given what was read. Pure: it may be called any number of times.
 * The change lives until the next step or done with this ticket. CANDOR_OK, or CANDOR_CLOSED when the ticket is no
 * longer wanted (roll back). */
CANDOR_API candor_status candor_store_step(uint32_t ticket, const candor_store_state* state,
                                           candor_store_change* change);

/* After the commit (CANDOR_OK), or when it failed (any other status, and the reason). */
CANDOR_API void candor_store_done(uint32_t ticket, candor_status outcome, candor_string reason);

/* Locks over all tabs or processes that share the storage; a lock ends with its owner. Without them a claim lapses
 * after 60 s instead. Natively, with a storage_path, Candor brings file locks. */
typedef struct candor_locks {
    size_t size;
    void* context;
    /* Try once, never wait; answer by candor_lock_done with CANDOR_OK or CANDOR_BUSY, inside the call or later. */
    void (*acquire)(void* context, uint32_t ticket, candor_string name);
    /* Give back what this ticket got, or will yet get. */
    void (*release)(void* context, uint32_t ticket);
} candor_locks;

CANDOR_API void candor_lock_done(uint32_t ticket, candor_status outcome);

/* Text, measured and broken by what will draw it. Needed by candor_card_layout and candor_card_draw only, and called
 * only inside them. */
enum { CANDOR_WEIGHT_REGULAR = 400, CANDOR_WEIGHT_BOLD = 600 };
enum { CANDOR_DIRECTION_LTR = 0, CANDOR_DIRECTION_RTL = 1 };

typedef struct candor_text_style {
    float px; /* size of the type */
    int32_t weight;
    int32_t direction; /* of the paragraph */
} candor_text_style;

typedef struct candor_text_metrics {
    float ascent;  /* above the baseline */
    float descent; /* below it, positive */
} candor_text_metrics;

typedef struct candor_text_line {
    size_t begin; /* in bytes of the text */
    size_t end;   /* without the blanks and the newline it was broken at */
    float width;
} candor_text_line;

typedef struct candor_text_host {
    size_t size;
    void* context;
    void (*metrics)(void* context, const candor_text_style* style, candor_text_metrics* metrics);
    /* Breaks text into lines no wider than max_width (a word wider than that is broken too; a newline always breaks;
     * empty text is one empty line). Writes at most `capacity` lines and returns how many there are. */
    size_t (*lines)(void* context, candor_string text, const candor_text_style* style, float max_width,
                    candor_text_line* lines, size_t capacity);
    /* Where a caret before the given byte of a single line stands, from the line's left edge. */
    float (*caret)(void* context, candor_string line, const candor_text_style* style, size_t byte);
} candor_text_host;

typedef struct candor_host {
    size_t size;
    void* context;
    /* The wall clock, UTC. Default natively: the system's. */
    int64_t (*now)(void* context);
    /* A clock that only goes forward, for spans within a run. Default natively: the system's. */
    int64_t (*monotonic)(void* context);
    /* Fills with unpredictable bytes. Default natively: the system's. */
    void (*random)(void* context, uint8_t* bytes, size_t count);
    /* candor_tick is wanted on the host's thread `delay` ms from now (0: at once); a later call replaces an earlier
     * one. From any thread, with no lock of Candor's held; must not call back into Candor. Needed where Candor has no
     * worker; elsewhere a courtesy to hosts that do not tick each frame. */
    void (*wake)(void* context, candor_client client, int64_t delay);
    const candor_http* http;
    const candor_store* store;
    const candor_locks* locks;
    const candor_text_host* text;
} candor_host;

/* ---- events to the host ---------------------------------------------------------------------------------------- */

typedef int32_t candor_event_kind;
enum {
    CANDOR_EVENT_READY = 0,           /* the store is open and a document is in force */
    CANDOR_EVENT_PROMPT_POSSIBLE = 1, /* a survey was chosen and claimed: draw it, then call candor_presented */
    CANDOR_EVENT_SHOWN = 2,           /* that it was shown is remembered */
    CANDOR_EVENT_ANSWERED = 3,        /* an answer is durable */
    CANDOR_EVENT_DISMISSED = 4,       /* that it was dismissed is durable */
    CANDOR_EVENT_PROMPT_CHANGED = 5,  /* question, status or card changed: draw again */
    CANDOR_EVENT_PROMPT_ENDED = 6,    /* the card is gone, for whatever reason */
    CANDOR_EVENT_ERROR = 7,           /* something was refused or failed; `text` says what and why */
    CANDOR_EVENT_LOG = 8,             /* only with config.log_level above silent */
    CANDOR_EVENT_DELIVERED = 9,       /* the collector has acknowledged; `count` events */
    CANDOR_EVENT_DECIDED = 10,        /* a moment was decided, with or without a prompt: `text` names what was chosen */
    CANDOR_EVENT_LINK = 11,   /* a statement's link was pressed on the card: open the address in `text` (https) */
    CANDOR_EVENT_SNOOZED = 12 /* that it was put off is durable */
};

typedef struct candor_event {
    size_t size;
    candor_event_kind kind;
    int32_t level;        /* of a log line: 1 error .. 4 debug */
    candor_string survey; /* its id, where one is concerned */
    candor_string text;   /* for people, and for logs: never part of a contract */
    int64_t count;
} candor_event;

/* Runs inside candor_tick. */
typedef void (*candor_callback)(void* context, candor_client client, const candor_event* event);

/* ---- start, close ---------------------------------------------------------------------------------------------- */

enum {
    CANDOR_CONSENT_BY_DOCUMENT = 0, /* the app asks for none: the document's mode holds */
    CANDOR_CONSENT_UNKNOWN = 1,     /* nothing is stored, nobody is asked, until candor_consent */
    CANDOR_CONSENT_GRANTED = 2,
    CANDOR_CONSENT_DENIED = 3
};

enum { CANDOR_READ_FIELD = 0, CANDOR_READ_STRICT = 1 };

typedef struct candor_config {
    size_t size;
    candor_string project;      /* required: letters, digits, '.', '_', '-'; at most 64 */
    candor_string endpoint;     /* where events go; empty: they are kept and never sent */
    candor_string write_key;    /* public: it may append, never read */
    candor_string storage_path; /* a directory that exists; empty and no host store: memory only */
    candor_string document_url; /* fetched at most once a session, by ETag; empty: candor_load alone */
    candor_string locale;       /* BCP 47, such as pt-BR; empty: the document's default */
    candor_string app_version;
    candor_string platform; /* such as linux, web, android */
    int32_t consent;
    int32_t reading;   /* of documents: CANDOR_READ_STRICT for debug builds */
    int32_t log_level; /* 0 silent .. 4 debug */
    int32_t hidden;    /* not 0: the window or tab starts hidden, and claims nothing */
    candor_callback on_event;
    void* on_event_context;
    const candor_host* host; /* copied, with what it points to */
    /* How events are handed over to the endpoint: "candor" (the default), "cloudevents", "cloudevents-binary" or
     * "posthog". docs/wire.md says what each sends, and what it takes for an acknowledgement. */
    candor_string wire;
} candor_config;

static inline candor_config candor_config_init(void) {
    candor_config value;
    memset(&value, 0, sizeof value);
    value.size = sizeof value;
    return value;
}
#define CANDOR_CONFIG_INIT candor_config_init()

/* Starts a client and returns at once; the store opens on the worker. 0 when the config is invalid (`why`, if given,
 * then says so, until this thread's next candor_start). */
CANDOR_API candor_client candor_start(const candor_config* config, candor_string* why);

/* Waits up to `deadline` for what is stored to be sent, and, whatever the deadline, the moment that it takes to store
 * what was said; then ends. Nothing of Candor runs after the last close returned. Double close is harmless. */
CANDOR_API candor_status candor_close(candor_client client, int64_t deadline);

/* Waits up to `deadline` for all that was said to be stored and all that may be sent to be acknowledged.
 * CANDOR_TIMEOUT leaves everything as usable as before. Never starts a send that a server asked to wait with. On a
 * host without threads it waits for nothing: it starts the sending and says CANDOR_OK. */
CANDOR_API candor_status candor_flush(candor_client client, int64_t deadline);

/* Delivers callbacks. Call it each frame, or when woken. Does no storage and no network. */
CANDOR_API candor_status candor_tick(candor_client client);

/* ---- what the app says ----------------------------------------------------------------------------------------- */

/* A survey document (JSON). Refused whole only where it cannot be read at all or names another project: then
 * CANDOR_REFUSED, an error event, and the last good one stays. */
CANDOR_API candor_status candor_load(candor_client client, candor_string document);

typedef int32_t candor_property_kind;
enum { CANDOR_PROPERTY_TEXT = 0, CANDOR_PROPERTY_NUMBER = 1, CANDOR_PROPERTY_BOOLEAN = 2, CANDOR_PROPERTY_NULL = 3 };

typedef struct candor_property {
    candor_string key;
    candor_property_kind kind;
    int32_t boolean;
    double number;
    candor_string text;
} candor_property;

/* Something happened. Names that no survey waits for cost a look-up. What only counts may be stored up to 30 s later:
   a process that is killed without candor_hidden loses that much of it. */
CANDOR_API candor_status candor_track(candor_client client, candor_string name, const candor_property* properties,
                                      size_t property_count);

/* A screen or page was entered. A card that came for another one goes, unless something was answered or begun on it; it
   counts as shown. */
CANDOR_API candor_status candor_screen(candor_client client, candor_string name);

/* Who uses the app now: an id of the host's own, at most 200 bytes. The anonymous history since a fresh start or a
 * reset moves to this person. */
CANDOR_API candor_status candor_identify(candor_client client, candor_string person);

/* Back to a new anonymous person; an unfinished card closes. */
CANDOR_API candor_status candor_reset(candor_client client);

/* What is known about the person. Given keys replace; CANDOR_PROPERTY_NULL removes. Kept in memory only. */
CANDOR_API candor_status candor_set_attributes(candor_client client, const candor_property* attributes, size_t count);

typedef struct candor_offset {
    int64_t from;    /* instant */
    int32_t minutes; /* east of UTC */
} candor_offset;

typedef struct candor_context {
    size_t size;
    candor_string app_version; /* empty: unchanged, as for all strings here */
    candor_string locale;
    candor_string platform;
    candor_string os_version;
    candor_string country;
    candor_string device;
    const candor_offset* offsets; /* of local time: now, and each change in the next 400 days */
    size_t offset_count;
} candor_context;

static inline candor_context candor_context_init(void) {
    candor_context value;
    memset(&value, 0, sizeof value);
    value.size = sizeof value;
    return value;
}
#define CANDOR_CONTEXT_INIT candor_context_init()

CANDOR_API candor_status candor_set_context(candor_client client, const candor_context* context);

/* CANDOR_CONSENT_GRANTED or _DENIED. Denial erases all that is stored, but for the denial itself, and stops all uploads
 * but that of a deletion request. What is known does not become unknown again: _UNKNOWN is then CANDOR_INVALID. */
CANDOR_API candor_status candor_consent(candor_client client, int32_t consent);

/* Erases all that is stored of everybody on this install and asks the collector to erase what it was sent. */
CANDOR_API candor_status candor_forget(candor_client client);

/* Not 0: no prompt now (a call, a game, a payment). */
CANDOR_API candor_status candor_busy(candor_client client, int32_t busy);

/* A key was typed somewhere in the app, whichever: surveys that wait for an idle moment wait on. */
CANDOR_API candor_status candor_typed(candor_client client);

/* Not 0: the window or tab cannot be seen; it then claims nothing, and what waits is sent. */
CANDOR_API candor_status candor_hidden(candor_client client, int32_t hidden);

/* What the network is now, for a host that knows; until it says so, FREE. A hint shortens no wait.
 * OFFLINE: no exchange begins, and nothing looks again until the next hint. METERED: answers and what withdraws them go
 * out at once; what only counts waits for FREE, but no longer than a day. A page takes no hint. */
enum { CANDOR_NETWORK_FREE = 0, CANDOR_NETWORK_METERED = 1, CANDOR_NETWORK_OFFLINE = 2 };
CANDOR_API candor_status candor_network(candor_client client, int32_t network);

/* Shows this survey now, past all rules but one card at a time. With `preview` its responses carry a test mark, leave
 * no history and are in no score. */
CANDOR_API candor_status candor_show(candor_client client, candor_string survey, int32_t preview);

/* Takes the card away without an outcome of its own: with an answer it counts as answered, else as shown. */
CANDOR_API candor_status candor_hide(candor_client client);

/* Why each survey was or was not chosen when last decided: JSON, for a survey or (empty) for all. */
CANDOR_API candor_status candor_explain(candor_client client, candor_string survey, candor_string* json);

/* ---- the running prompt ---------------------------------------------------------------------------------------- */

typedef int32_t candor_question_type;
enum {
    CANDOR_QUESTION_NPS = 0, /* a scale, 0 to 10 */
    CANDOR_QUESTION_TEXT = 1,
    CANDOR_QUESTION_THANKS = 2,
    CANDOR_QUESTION_CSAT = 3,     /* a scale, 1 to 5 */
    CANDOR_QUESTION_CES = 4,      /* a scale, 1 to 7 */
    CANDOR_QUESTION_SINGLE = 5,   /* one of `choices` */
    CANDOR_QUESTION_MULTIPLE = 6, /* any of them */
    CANDOR_QUESTION_STATEMENT = 7 /* to be read; answered by an empty text */
};

/* One of those that a single or multiple choice is among, in the order in which they are to stand. */
typedef struct candor_choice {
    candor_string id;
    candor_string text;
    int32_t chosen; /* not 0: by what was answered so far */
    int32_t other;  /* not 0: who chooses it may write something beside it */
} candor_choice;

typedef int32_t candor_prompt_status;
enum {
    CANDOR_PROMPT_ASKING = 0,
    CANDOR_PROMPT_STORING = 1, /* an answer is on its way to the disk */
    CANDOR_PROMPT_FAILED = 2,  /* it could not be stored: it is kept in memory; answer again to retry */
    CANDOR_PROMPT_DONE = 3,    /* all is stored: thanks */
    CANDOR_PROMPT_UNAGREED = 4 /* all is answered, and nothing of it stored: candor_agree is missing */
};

enum {
    CANDOR_AGREEMENT_UNNEEDED = 0,
    CANDOR_AGREEMENT_WANTED = 1, /* a box must be ticked: until candor_agree nothing of an answer is stored */
    CANDOR_AGREEMENT_GIVEN = 2
};

typedef struct candor_prompt {
    size_t size;
    candor_string survey;
    candor_string submission;
    candor_prompt_status status;
    candor_question_type type;
    candor_string question;  /* its id */
    candor_string text;      /* in the card's locale */
    candor_string low_label; /* of a scale */
    candor_string high_label;
    int32_t min; /* of a scale */
    int32_t max;
    int32_t score;    /* what was answered on this scale so far, or on the survey's main one; -1: nothing */
    int32_t optional; /* may be skipped */
    int32_t preview;
    candor_string locale; /* of the texts */
    candor_string answer; /* of a text question, or beside a choice: what was written so far */
    candor_string notice; /* not empty: a line about consent that must stand beside the question, or beside its box */
    const candor_choice* choices;
    size_t choice_count;
    candor_string placeholder; /* of the field, where something may be written */
    candor_string link;        /* of a statement: an address (https); empty: none */
    candor_string link_text;
    int32_t has_before; /* not 0: there is a question to go back to */
    int32_t agreement;  /* of CANDOR_AGREEMENT */
} candor_prompt;

static inline candor_prompt candor_prompt_init(void) {
    candor_prompt value;
    memset(&value, 0, sizeof value);
    value.size = sizeof value;
    return value;
}
#define CANDOR_PROMPT_INIT candor_prompt_init()

/* The current question. CANDOR_NO_PROMPT when nothing is asked. */
CANDOR_API candor_status candor_prompt_get(candor_client client, candor_prompt* prompt);

/* The first frame of the prompt is on screen: from now on the person counts as shown. Required of every host, also of
 * one that draws the card with candor_card_draw. */
CANDOR_API candor_status candor_presented(candor_client client);

/* The answer to the question of that id; the interview moves on at once, ANSWERED follows when it is durable. A scale
 * takes the score; a text question the text. An empty text skips any question that is optional, and goes on from a
 * statement. An earlier question may be answered anew. */
CANDOR_API candor_status candor_answer_score(candor_client client, candor_string question, int32_t score);
CANDOR_API candor_status candor_answer_text(candor_client client, candor_string question, candor_string text);

/* The same for a choice: ids of choices, for a single choice one, none to skip; and what was written beside the one
 * that takes it, which may be empty. */
CANDOR_API candor_status candor_answer_choices(candor_client client, candor_string question,
                                               const candor_string* choices, size_t choice_count, candor_string other);

/* The person ticked the box beside `notice`: what was answered is stored together with the version of the policy, and
 * what comes as it comes. A prompt that ends before that is dismissed, and its answers are forgotten. */
CANDOR_API candor_status candor_agree(candor_client client);

/* To the question before. */
CANDOR_API candor_status candor_back(candor_client client);

/* The person closed it. After a score it counts as answered, else as dismissed; after thanks it just ends. */
CANDOR_API candor_status candor_dismiss(candor_client client);

/* "Ask me later": as candor_dismiss, but the survey then waits as long as its `wait.snoozed` says. */
CANDOR_API candor_status candor_snooze(candor_client client);

/* ---- the card -------------------------------------------------------------------------------------------------- */

typedef int32_t candor_role;
enum {
    CANDOR_ROLE_DIALOG = 0, /* the card itself; always the first node */
    CANDOR_ROLE_HEADING = 1,
    CANDOR_ROLE_TEXT = 2,
    CANDOR_ROLE_RADIOGROUP = 3,
    CANDOR_ROLE_RADIO = 4,
    CANDOR_ROLE_TEXTBOX = 5,
    CANDOR_ROLE_BUTTON = 6,
    CANDOR_ROLE_STATUS = 7, /* a live region */
    CANDOR_ROLE_ALERT = 8,
    CANDOR_ROLE_CHECKBOX = 9,
    CANDOR_ROLE_LINK = 10, /* its value is the address */
    CANDOR_ROLE_GROUP = 11 /* of checkboxes */
};

enum { /* candor_node.states, a bit set */
       CANDOR_STATE_CHECKED = 1,
       CANDOR_STATE_DISABLED = 2,
       CANDOR_STATE_FOCUSED = 4,
       CANDOR_STATE_HOVERED = 8,
       CANDOR_STATE_PRESSED = 16,
       CANDOR_STATE_INVALID = 32,
       CANDOR_STATE_MULTILINE = 64,
       CANDOR_STATE_PRIMARY = 128 /* the button that goes on */
};

typedef struct candor_rect {
    float x, y, width, height;
} candor_rect;

typedef struct candor_node {
    int32_t id;     /* the same in every layout while the prompt runs */
    int32_t parent; /* id, or -1 */
    candor_role role;
    uint32_t states;
    candor_rect rect;          /* from the surface's top left */
    float text_px;             /* type size, for a host that shows the node's text by itself */
    candor_string key;         /* a name for programs: "score/9", "choice/price", "comment", "send", "close" */
    candor_string name;        /* what a screen reader says */
    candor_string value;       /* of a text box, a link, or of a radio or checkbox: its score, or its choice's id */
    candor_string description; /* a hint; of a text box: the placeholder */
    candor_string question;    /* its id, where the node belongs to one */
} candor_node;

enum { CANDOR_TEXT_ENTRY_DRAWN = 0, CANDOR_TEXT_ENTRY_HOST = 1 /* the host lays a field of its own over the node */ };
enum { CANDOR_SCHEME_LIGHT = 0, CANDOR_SCHEME_DARK = 1 };
enum { CANDOR_BACKDROP_DRAWN = 0, CANDOR_BACKDROP_HOST = 1 /* the host dims by itself what a modal card covers */ };

typedef struct candor_card_options {
    size_t size;
    float width; /* of the surface that the card stands on */
    float height;
    float pixel_ratio; /* device pixels to a logical one */
    int32_t scheme;
    int32_t text_entry;
    int32_t reduced_motion;
    /* From version 5 of the API on: */
    int32_t backdrop;
    /* Not 0: the width of a place that the host keeps among its own contents. A survey whose layout is "inline" stands
     * there, its rects counted from the place's upper left corner, as high as it needs to be; others, and where there
     * is no such place, on the surface. */
    float slot_width;
    /* ms, of a clock that only goes on; what moves goes by it. 0: nothing moves. */
    int64_t frame_time;
} candor_card_options;

static inline candor_card_options candor_card_options_init(void) {
    candor_card_options value;
    memset(&value, 0, sizeof value);
    value.size = sizeof value;
    return value;
}
#define CANDOR_CARD_OPTIONS_INIT candor_card_options_init()

typedef int32_t candor_layout;
enum {
    CANDOR_LAYOUT_CORNER = 0,
    CANDOR_LAYOUT_SHEET = 1, /* as wide as the surface, at its lower edge */
    CANDOR_LAYOUT_MODAL = 2, /* in the middle; the host's own controls are out of reach until it goes */
    CANDOR_LAYOUT_INLINE = 3 /* in the host's slot */
};

typedef struct candor_card {
    size_t size;
    candor_rect rect;         /* of the card on the surface, shadow not counted */
    const candor_node* nodes; /* parents before children, in reading order */
    size_t node_count;
    int32_t direction;
    candor_string locale;
    int64_t next_frame; /* ms until it wants to be drawn again, 0 while something moves; -1: it is still */
    /* From version 5 of the API on: */
    candor_layout layout;
} candor_card;

static inline candor_card candor_card_init(void) {
    candor_card value;
    memset(&value, 0, sizeof value);
    value.size = sizeof value;
    return value;
}
#define CANDOR_CARD_INIT candor_card_init()

/* The card as controls. CANDOR_NO_PROMPT when there is none. */
CANDOR_API candor_status candor_card_layout(candor_client client, const candor_card_options* options,
                                            candor_card* card);

enum {                             /* candor_node_change.what, a bit set */
       CANDOR_CHANGED_ADDED = 1,   /* together with REMOVED: another control has the id now */
       CANDOR_CHANGED_REMOVED = 2, /* it is not in the layout any more */
       CANDOR_CHANGED_NAME = 4,
       CANDOR_CHANGED_VALUE = 8,
       CANDOR_CHANGED_DESCRIPTION = 16,
       CANDOR_CHANGED_STATES = 32,
       CANDOR_CHANGED_PLACE = 64 /* its rect, or its parent */
};

typedef struct candor_node_change {
    int32_t node; /* its id */
    uint32_t what;
} candor_node_change;

typedef struct candor_changes {
    size_t size;
    const candor_node_change* changes; /* those that went first, then in the layout's order */
    size_t change_count;
    int32_t focus;       /* the node that has it now; -1: none */
    int32_t focus_moved; /* not 0: it was another, or none */
    /* To be read out now, politely and without the focus moving: what a card that appears is and asks, that an answer
     * is being stored or could not be, thanks. One text a line; empty: nothing. */
    candor_string announcement;
} candor_changes;

static inline candor_changes candor_changes_init(void) {
    candor_changes value;
    memset(&value, 0, sizeof value);
    value.size = sizeof value;
    return value;
}
#define CANDOR_CHANGES_INIT candor_changes_init()

/* For a bridge to the platform's accessibility (VoiceOver, TalkBack, UI Automation, AT-SPI) that keeps a tree of its
 * own: what has become of the nodes of the last candor_card_layout (or _draw) since this function told last. To be
 * called after each layout, thus when PROMPT_POSSIBLE and PROMPT_CHANGED came, and when PROMPT_ENDED did: all that was
 * told of has gone then. What the bridge is asked for goes to candor_card_action. One listener a client.
 * CANDOR_NO_PROMPT when there is no card, and none was told of. Whoever follows the changes from the first on has the
 * nodes of the layout. */
CANDOR_API candor_status candor_card_changes(candor_client client, candor_changes* changes);

typedef struct candor_vertex { /* as Dear ImGui lays it out */
    float x, y, u, v;
    uint32_t color; /* R in the lowest byte, straight alpha */
} candor_vertex;

typedef struct candor_draw_command {
    candor_rect clip;
    int32_t run; /* the texture: -1 a white pixel, else the text run of that index */
    uint32_t first_index;
    uint32_t index_count;
} candor_draw_command;

/* One line of text, to be shaped and rasterised by the host in white (colour glyphs in their own colour),
 * premultiplied, `width` by `height` logical pixels with the baseline `baseline` below its top. Same key, same pixels
 * at one ratio. */
typedef struct candor_text_run {
    uint64_t key;
    candor_string text;
    candor_text_style style;
    float width;
    float height;
    float baseline;
    float left; /* blank room at the left edge, for glyphs that reach over */
} candor_text_run;

typedef struct candor_draw {
    size_t size;
    const candor_vertex* vertices;
    size_t vertex_count;
    const uint16_t* indices;
    size_t index_count;
    const candor_draw_command* commands;
    size_t command_count;
    const candor_text_run* runs;
    size_t run_count;
    uint64_t revision; /* equal to the last one: the picture is the same */
} candor_draw;

static inline candor_draw candor_draw_init(void) {
    candor_draw value;
    memset(&value, 0, sizeof value);
    value.size = sizeof value;
    return value;
}
#define CANDOR_DRAW_INIT candor_draw_init()

/* The card as triangles, painted with Dear ImGui's draw lists. */
CANDOR_API candor_status candor_card_draw(candor_client client, const candor_card_options* options, candor_draw* draw);

/* Input to the card. Each says CANDOR_OK when the card used it, CANDOR_UNKNOWN when it did not (the host may). */
typedef int32_t candor_pointer_kind;
enum { CANDOR_POINTER_MOVE = 0, CANDOR_POINTER_DOWN = 1, CANDOR_POINTER_UP = 2, CANDOR_POINTER_LEAVE = 3 };
CANDOR_API candor_status candor_card_pointer(candor_client client, candor_pointer_kind kind, float x, float y);

/* A wheel turned or a finger drawn over the card: by so much further down, in logical pixels. A card that is all in
 * sight does not use it. */
CANDOR_API candor_status candor_card_scroll(candor_client client, float by);

typedef int32_t candor_key;
enum {
    CANDOR_KEY_TAB = 0,
    CANDOR_KEY_ENTER,
    CANDOR_KEY_SPACE,
    CANDOR_KEY_ESCAPE,
    CANDOR_KEY_LEFT,
    CANDOR_KEY_RIGHT,
    CANDOR_KEY_UP,
    CANDOR_KEY_DOWN,
    CANDOR_KEY_HOME,
    CANDOR_KEY_END,
    CANDOR_KEY_BACKSPACE,
    CANDOR_KEY_DELETE
};
enum { CANDOR_MODIFIER_SHIFT = 1, CANDOR_MODIFIER_CONTROL = 2, CANDOR_MODIFIER_ALT = 4 };
CANDOR_API candor_status candor_card_key(candor_client client, candor_key key, uint32_t modifiers);

/* Typed or pasted text; digits move the focus on a scale. */
CANDOR_API candor_status candor_card_text(candor_client client, candor_string text);

/* What an input method has composed so far, with its caret in bytes: shown, underlined, at the caret of the text box
 * that has the focus, and part of no answer. Each call replaces the last one's; an empty text ends it, and so does any
 * input but a pointer that moves. What comes of it is handed in by candor_card_text. CANDOR_UNKNOWN when no text box of
 * the card takes text now. */
CANDOR_API candor_status candor_card_compose(candor_client client, candor_string text, size_t caret);

/* What an assistive technology, or a mirrored control, asks of a node. A PRESS of the node that candor_card_pointer has
 * pressed (DOWN) is recorded as the pointer's, and lets go of it. */
typedef int32_t candor_action;
enum { CANDOR_ACTION_PRESS = 0, CANDOR_ACTION_FOCUS = 1, CANDOR_ACTION_BLUR = 2, CANDOR_ACTION_SET_VALUE = 3 };
CANDOR_API candor_status candor_card_action(candor_client client, int32_t node, candor_action action,
                                            candor_string value);

#ifdef __cplusplus
}
#endif

#endif /* CANDOR_CANDOR_H_ */
