// The C API for JavaScript. What crosses is numbers and packets (packet.hpp): JavaScript asks `input` for room, writes
// a packet there and calls a function, which reads it; what a function hands out lies in `output` until the next call.
// Instants and spans cross as doubles, which hold every one of them exactly.
//
// Everything that a host provides is imported from the module "host" and told apart by the number that `start` was
// given. No import calls back into this module: answers come later, by the *_done functions.
#include <limits>
#include <string>
#include <vector>

#include "candor/candor.h"
#include "packet.hpp"

#define HOST(name) __attribute__((import_module("host"), import_name(#name)))
#define EXPORT(name) extern "C" __attribute__((export_name(#name), used))

extern "C" {
HOST(now) double host_now();
HOST(monotonic) double host_monotonic();
HOST(random) void host_random(uint8_t* bytes, size_t count);
HOST(wake) void host_wake(uint32_t host, double delay);
HOST(event)
void host_event(uint32_t host, int32_t kind, int32_t level, const char* survey, size_t survey_size, const char* text,
                size_t text_size, double count);
HOST(send) void host_send(uint32_t host, uint32_t ticket, const char* packet);
HOST(cancel) void host_cancel(uint32_t host, uint32_t ticket);
HOST(transact) void host_transact(uint32_t host, uint32_t ticket, const char* packet);
HOST(close_store) void host_close_store(uint32_t host);
HOST(acquire) void host_acquire(uint32_t host, uint32_t ticket, const char* name, size_t size);
HOST(release) void host_release(uint32_t host, uint32_t ticket);
HOST(metrics) void host_metrics(double px, int32_t weight, candor_text_metrics* metrics);
HOST(lines)
size_t host_lines(const char* text, size_t size, double px, int32_t weight, int32_t direction, double max_width,
                  candor_text_line* lines, size_t capacity);
HOST(caret)
double host_caret(const char* line, size_t size, double px, int32_t weight, int32_t direction, size_t byte);
}

namespace {

using candor::web::Reader;
using candor::web::Writer;

static_assert(sizeof(candor_text_line) == 12 && sizeof(candor_vertex) == 20,
              "src/text.ts and src/renderer.ts rely on it");

std::string g_input;
std::string g_output;

uint32_t number_of(void* context) { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(context)); }

// Before the first client there is no host to number, so the clock and the random source have no context.
int64_t now(void*) { return static_cast<int64_t>(host_now()); }
int64_t monotonic(void*) { return static_cast<int64_t>(host_monotonic()); }
void random_bytes(void*, uint8_t* bytes, size_t count) { host_random(bytes, count); }
void wake(void* context, candor_client, int64_t delay) { host_wake(number_of(context), static_cast<double>(delay)); }

void on_event(void* context, candor_client, const candor_event* event) {
    host_event(number_of(context), event->kind, event->level, event->survey.data, event->survey.size, event->text.data,
               event->text.size, static_cast<double>(event->count));
}

void send(void* context, uint32_t ticket, const candor_http_request* request) {
    std::string packet;
    Writer out(packet);
    out.text(request->method);
    out.text(request->url);
    out.count(request->header_count);
    for (size_t i = 0; i < request->header_count; ++i) {
        out.text(request->headers[i].name);
        out.text(request->headers[i].value);
    }
    out.text(request->body);
    out.instant(request->timeout);
    out.count(request->response_limit);
    host_send(number_of(context), ticket, packet.data());
}

void cancel(void* context, uint32_t ticket) { host_cancel(number_of(context), ticket); }

void transact(void* context, uint32_t ticket, const candor_store_request* request) {
    std::string packet;
    Writer out(packet);
    out.i32(request->durability);
    out.i32(request->journal);
    out.instant(request->now);
    out.count(request->peek_rows);
    out.count(request->peek_bytes);
    out.count(request->read_count);
    for (size_t i = 0; i < request->read_count; ++i) out.text(request->reads[i]);
    host_transact(number_of(context), ticket, packet.data());
}

void close_store(void* context) { host_close_store(number_of(context)); }

void acquire(void* context, uint32_t ticket, candor_string name) {
    host_acquire(number_of(context), ticket, name.data, name.size);
}

void release(void* context, uint32_t ticket) { host_release(number_of(context), ticket); }

void metrics(void*, const candor_text_style* style, candor_text_metrics* metrics) {
    host_metrics(static_cast<double>(style->px), style->weight, metrics);
}

size_t lines(void*, candor_string text, const candor_text_style* style, float max_width, candor_text_line* lines,
             size_t capacity) {
    return host_lines(text.data, text.size, static_cast<double>(style->px), style->weight, style->direction,
                      static_cast<double>(max_width), lines, capacity);
}

float caret(void*, candor_string line, const candor_text_style* style, size_t byte) {
    return static_cast<float>(
        host_caret(line.data, line.size, static_cast<double>(style->px), style->weight, style->direction, byte));
}

Reader input_packet() { return Reader(g_input); }

// A struct of the API with its size filled in.
template <typename T>
T sized() {
    T value{};
    value.size = sizeof value;
    return value;
}

std::vector<candor_property> read_properties(Reader& in) {
    std::vector<candor_property> properties(in.u32());
    for (candor_property& property : properties) {
        property.key = in.text();
        property.kind = in.i32();
        if (property.kind == CANDOR_PROPERTY_NUMBER) property.number = in.f64();
        if (property.kind == CANDOR_PROPERTY_BOOLEAN) property.boolean = in.i32();
        if (property.kind == CANDOR_PROPERTY_TEXT) property.text = in.text();
    }
    return properties;
}

void read_records(Reader& in, std::vector<candor_record>& records) {
    records.resize(in.u32());
    for (candor_record& record : records) {
        record.key = in.text();
        record.value = in.text();
    }
}

void write_texts(Writer& out, const candor_string* texts, size_t count) {
    out.count(count);
    for (size_t i = 0; i < count; ++i) out.text(texts[i]);
}

void write_change(Writer& out, const candor_store_change& change) {
    out.i32(change.erase_everything);
    out.count(change.put_count);
    for (size_t i = 0; i < change.put_count; ++i) {
        out.text(change.puts[i].key);
        out.text(change.puts[i].value);
    }
    write_texts(out, change.erases, change.erase_count);
    out.count(change.append_count);
    for (size_t i = 0; i < change.append_count; ++i) {
        const candor_queued& event = change.appends[i];
        out.text(event.id);
        out.text(event.body);
        out.instant(event.hold_until);
        out.instant(event.created_at);
        out.i32(event.kind);
        out.i32(event.attempts);
    }
    write_texts(out, change.removes, change.remove_count);
    write_texts(out, change.journal_removes, change.journal_remove_count);
}

candor_card_options card_options(double width, double height, double pixel_ratio, int32_t scheme,
                                 int32_t reduced_motion) {
    auto options = sized<candor_card_options>();
    options.width = static_cast<float>(width);
    options.height = static_cast<float>(height);
    options.pixel_ratio = static_cast<float>(pixel_ratio);
    options.scheme = scheme;
    options.text_entry = CANDOR_TEXT_ENTRY_HOST;
    options.reduced_motion = reduced_motion;
    return options;
}

void write_node(Writer& out, const candor_node& node) {
    out.i32(node.id);
    out.i32(node.parent);
    out.i32(node.role);
    out.u32(node.states);
    out.rect(node.rect);
    out.f64(static_cast<double>(node.text_px));
    out.text(node.key);
    out.text(node.name);
    out.text(node.value);
    out.text(node.description);
}

void write_run(Writer& out, const candor_text_run& run) {
    out.u32(static_cast<uint32_t>(run.key >> 32U));
    out.u32(static_cast<uint32_t>(run.key));
    out.text(run.text);
    out.f64(static_cast<double>(run.style.px));
    out.i32(run.style.weight);
    out.i32(run.style.direction);
    for (const float length : {run.width, run.height, run.baseline, run.left}) out.f64(static_cast<double>(length));
}

}  // namespace

// ---- packets

EXPORT(input) char* input(uint32_t size) {
    g_input.resize(size);
    return g_input.data();
}

EXPORT(output) const char* output() { return g_output.data(); }

// ---- start, close

EXPORT(start) candor_client start(uint32_t number, int32_t with_locks) {
    Reader in = input_packet();
    void* context = reinterpret_cast<void*>(static_cast<uintptr_t>(number));
    candor_http http{sizeof(candor_http), context, send, cancel};
    candor_store store{sizeof(candor_store), context, transact, close_store};
    candor_locks locks{sizeof(candor_locks), context, acquire, release};
    candor_text_host text{sizeof(candor_text_host), context, metrics, lines, caret};
    auto host = sized<candor_host>();
    host.context = context;
    host.now = now;
    host.monotonic = monotonic;
    host.random = random_bytes;
    host.wake = wake;
    host.http = &http;
    host.store = &store;
    host.locks = with_locks != 0 ? &locks : nullptr;
    host.text = &text;

    auto config = sized<candor_config>();
    config.project = in.text();
    config.endpoint = in.text();
    config.write_key = in.text();
    config.document_url = in.text();
    config.locale = in.text();
    config.app_version = in.text();
    config.platform = candor_text("web");
    config.consent = in.i32();
    config.reading = in.i32();
    config.log_level = in.i32();
    config.hidden = in.i32();
    config.on_event = on_event;
    config.on_event_context = context;
    config.host = &host;

    candor_string why{};
    const candor_client client = candor_start(&config, &why);
    Writer(g_output).text(client == 0 ? why : candor_string{});
    return client;
}

EXPORT(close) candor_status close_client(candor_client client) { return candor_close(client, 0); }
EXPORT(flush) candor_status flush(candor_client client) { return candor_flush(client, 0); }
EXPORT(tick) candor_status tick(candor_client client) { return candor_tick(client); }

// ---- what the page says

EXPORT(load) candor_status load(candor_client client) { return candor_load(client, input_packet().text()); }

EXPORT(track) candor_status track(candor_client client) {
    Reader in = input_packet();
    const candor_string name = in.text();
    const std::vector<candor_property> properties = read_properties(in);
    return candor_track(client, name, properties.data(), properties.size());
}

EXPORT(screen) candor_status screen(candor_client client) { return candor_screen(client, input_packet().text()); }
EXPORT(identify) candor_status identify(candor_client client) { return candor_identify(client, input_packet().text()); }
EXPORT(reset) candor_status reset(candor_client client) { return candor_reset(client); }

EXPORT(set_attributes) candor_status set_attributes(candor_client client) {
    Reader in = input_packet();
    const std::vector<candor_property> attributes = read_properties(in);
    return candor_set_attributes(client, attributes.data(), attributes.size());
}

EXPORT(set_context) candor_status set_context(candor_client client) {
    Reader in = input_packet();
    auto context = sized<candor_context>();
    context.app_version = in.text();
    context.locale = in.text();
    context.os_version = in.text();
    context.country = in.text();
    context.device = in.text();
    std::vector<candor_offset> offsets(in.u32());
    for (candor_offset& offset : offsets) {
        offset.from = in.instant();
        offset.minutes = in.i32();
    }
    context.offsets = offsets.data();
    context.offset_count = offsets.size();
    return candor_set_context(client, &context);
}

EXPORT(consent) candor_status consent(candor_client client, int32_t value) { return candor_consent(client, value); }
EXPORT(forget) candor_status forget(candor_client client) { return candor_forget(client); }
EXPORT(busy) candor_status busy(candor_client client, int32_t value) { return candor_busy(client, value); }
EXPORT(hidden) candor_status hidden(candor_client client, int32_t value) { return candor_hidden(client, value); }

EXPORT(show) candor_status show(candor_client client, int32_t preview) {
    return candor_show(client, input_packet().text(), preview);
}

EXPORT(hide) candor_status hide(candor_client client) { return candor_hide(client); }

EXPORT(explain) candor_status explain(candor_client client) {
    candor_string json{};
    const candor_status status = candor_explain(client, input_packet().text(), &json);
    Writer(g_output).text(json);
    return status;
}

// ---- the card

EXPORT(presented) candor_status presented(candor_client client) { return candor_presented(client); }

EXPORT(layout)
candor_status layout(candor_client client, double width, double height, double pixel_ratio, int32_t scheme,
                     int32_t reduced_motion) {
    const candor_card_options options = card_options(width, height, pixel_ratio, scheme, reduced_motion);
    auto card = sized<candor_card>();
    const candor_status status = candor_card_layout(client, &options, &card);
    if (status != CANDOR_OK) return status;
    Writer out(g_output);
    out.rect(card.rect);
    out.i32(card.direction);
    out.text(card.locale);
    out.instant(card.next_frame);
    out.count(card.node_count);
    for (size_t i = 0; i < card.node_count; ++i) write_node(out, card.nodes[i]);
    return status;
}

EXPORT(draw)
candor_status draw(candor_client client, double width, double height, double pixel_ratio, int32_t scheme,
                   int32_t reduced_motion) {
    const candor_card_options options = card_options(width, height, pixel_ratio, scheme, reduced_motion);
    auto picture = sized<candor_draw>();
    const candor_status status = candor_card_draw(client, &options, &picture);
    if (status != CANDOR_OK) return status;
    Writer out(g_output);
    out.u32(static_cast<uint32_t>(picture.revision >> 32U));
    out.u32(static_cast<uint32_t>(picture.revision));
    out.address(picture.vertices);
    out.count(picture.vertex_count);
    out.address(picture.indices);
    out.count(picture.index_count);
    out.count(picture.command_count);
    for (size_t i = 0; i < picture.command_count; ++i) {
        const candor_draw_command& command = picture.commands[i];
        out.rect(command.clip);
        out.i32(command.run);
        out.u32(command.first_index);
        out.u32(command.index_count);
    }
    out.count(picture.run_count);
    for (size_t i = 0; i < picture.run_count; ++i) write_run(out, picture.runs[i]);
    return status;
}

EXPORT(pointer) candor_status pointer(candor_client client, int32_t kind, double x, double y) {
    return candor_card_pointer(client, kind, static_cast<float>(x), static_cast<float>(y));
}

EXPORT(key) candor_status key(candor_client client, int32_t which, uint32_t modifiers) {
    return candor_card_key(client, which, modifiers);
}

EXPORT(type) candor_status type(candor_client client) { return candor_card_text(client, input_packet().text()); }

EXPORT(action) candor_status action(candor_client client, int32_t node, int32_t what) {
    return candor_card_action(client, node, what, input_packet().text());
}

// ---- answers of the host

EXPORT(http_done) void http_done(uint32_t ticket) {
    Reader in = input_packet();
    auto response = sized<candor_http_response>();
    response.status = in.i32();
    response.redirected = in.i32();
    std::vector<candor_header> headers(in.u32());
    for (candor_header& header : headers) {
        header.name = in.text();
        header.value = in.text();
    }
    response.headers = headers.data();
    response.header_count = headers.size();
    response.body = in.text();
    response.error = in.text();
    candor_http_done(ticket, &response);
}

EXPORT(lock_done) void lock_done(uint32_t ticket, int32_t outcome) { candor_lock_done(ticket, outcome); }

EXPORT(store_step) candor_status store_step(uint32_t ticket) {
    Reader in = input_packet();
    std::vector<candor_record> records;
    std::vector<candor_record> journal;
    auto state = sized<candor_store_state>();
    read_records(in, records);
    std::vector<candor_queued> queue(in.u32());
    for (candor_queued& event : queue) {
        event.id = in.text();
        event.body = in.text();
        event.hold_until = in.instant();
        event.created_at = in.instant();
        event.kind = in.i32();
        event.attempts = in.i32();
    }
    state.queued_rows = in.instant();
    state.queued_bytes = in.instant();
    state.answer_rows = in.instant();
    state.answer_bytes = in.instant();
    const double next_due = in.f64();  // negative: the queue is empty
    state.next_due = next_due < 0 ? std::numeric_limits<int64_t>::max() : static_cast<int64_t>(next_due);
    read_records(in, journal);
    state.records = records.data();
    state.record_count = records.size();
    state.queue = queue.data();
    state.queue_count = queue.size();
    state.journal = journal.data();
    state.journal_count = journal.size();

    auto change = sized<candor_store_change>();
    const candor_status status = candor_store_step(ticket, &state, &change);
    Writer out(g_output);
    if (status == CANDOR_OK) write_change(out, change);
    return status;
}

EXPORT(store_done) void store_done(uint32_t ticket, int32_t outcome) {
    candor_store_done(ticket, outcome, input_packet().text());
}
