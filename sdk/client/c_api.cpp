// candor.h: everything but the card. Checks what comes in, finds the client, hands it on.
#include <utility>
#include <vector>

#include "base/shared.hpp"
#include "base/string.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "candor/candor.h"
#include "client/client.hpp"
#include "client/registry.hpp"
#include "client/tickets.hpp"
#include "outbox/host_store.hpp"

using candor::client::borrow;
using candor::client::Client;
using candor::client::Config;
using candor::client::find_client;
using candor::client::sized_copy;
using candor::client::sized_write;
using candor::client::view;
using candor::outbox::copy;

namespace {

constexpr std::size_t kMostProperties = 100;
constexpr std::size_t kMostOffsets = 1000;

bool valid(candor_string s) { return (s.data != nullptr || s.size == 0) && candor::is_utf8(view(s)); }

bool valid_project(std::string_view project) {
    if (project.empty() || project.size() > 64 || project.front() == '.') return false;
    for (const char c : project) {
        const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                             c == '_' || c == '-';
        if (!allowed) return false;
    }
    return true;
}

struct ConfigText {
    const char* name;
    candor_string candor_config::*given;
    candor::String Config::*kept;
};
constexpr ConfigText kConfigTexts[] = {{"project", &candor_config::project, &Config::project},
                                       {"endpoint", &candor_config::endpoint, &Config::endpoint},
                                       {"write_key", &candor_config::write_key, &Config::write_key},
                                       {"storage_path", &candor_config::storage_path, &Config::storage_path},
                                       {"document_url", &candor_config::document_url, &Config::document_url},
                                       {"locale", &candor_config::locale, &Config::locale},
                                       {"app_version", &candor_config::app_version, &Config::app_version},
                                       {"platform", &candor_config::platform, &Config::platform}};

// Says what is wrong with a config; empty: nothing.
candor::String read_config(const candor_config& config, Config& out) {
    for (const ConfigText& text : kConfigTexts) {
        const candor_string given = config.*text.given;
        if (!valid(given)) return candor::joined({text.name, ": is not UTF-8"});
        if (view(given).find('\0') != std::string_view::npos) return candor::joined({text.name, ": has a NUL byte"});
        copy(given, out.*text.kept);
    }
    if (!valid_project(out.project)) return "project: 1 to 64 letters, digits, '.', '_' or '-', not beginning with '.'";
    if (config.consent < CANDOR_CONSENT_BY_DOCUMENT || config.consent > CANDOR_CONSENT_DENIED)
        return "consent: is no CANDOR_CONSENT value";
    if (config.reading != CANDOR_READ_FIELD && config.reading != CANDOR_READ_STRICT)
        return "reading: is no CANDOR_READ value";
    if (const char* missing = candor::client::Host(config.host).missing()) return missing;
    out.consent = config.consent;
    out.reading = config.reading == CANDOR_READ_STRICT ? candor::json::Reading::strict : candor::json::Reading::field;
    out.log_level = config.log_level;
    out.hidden = config.hidden != 0;
    out.on_event = config.on_event;
    out.on_event_context = config.on_event_context;
    return "";
}

bool valid(const candor_property* properties, std::size_t count) {
    if (count > kMostProperties || (count > 0 && properties == nullptr)) return false;
    for (std::size_t i = 0; i < count; ++i) {
        const candor_property& p = properties[i];
        if (p.key.size == 0 || !valid(p.key) || p.kind < CANDOR_PROPERTY_TEXT || p.kind > CANDOR_PROPERTY_NULL)
            return false;
        if (p.kind == CANDOR_PROPERTY_TEXT && !valid(p.text)) return false;
    }
    return true;
}

candor::json::Value value_of(const candor_property& property) {
    switch (property.kind) {
        case CANDOR_PROPERTY_TEXT: return view(property.text);
        case CANDOR_PROPERTY_NUMBER: return property.number;
        case CANDOR_PROPERTY_BOOLEAN: return property.boolean != 0;
        default: return {};
    }
}

candor_status call_with(candor_client handle, candor_status (*call)(Client& client, const void* context),
                        const void* context) {
    const candor::Shared<Client> client = find_client(handle);
    return client ? call(*client, context) : CANDOR_CLOSED;
}

// `call(client) -> candor_status`, if that client runs.
template <class Call>
candor_status with(candor_client handle, const Call& call) {
    return call_with(
        handle,
        [](Client& client, const void* context) -> candor_status {
            return (*static_cast<const Call*>(context))(client);
        },
        &call);
}

candor_prompt_status status_of(candor::card::Status status) {
    switch (status) {
        case candor::card::Status::asking: return CANDOR_PROMPT_ASKING;
        case candor::card::Status::storing: return CANDOR_PROMPT_STORING;
        case candor::card::Status::failed: return CANDOR_PROMPT_FAILED;
        case candor::card::Status::done: return CANDOR_PROMPT_DONE;
    }
    return CANDOR_PROMPT_ASKING;
}

candor_question_type type_of(candor::survey::QuestionType type) {
    switch (type) {
        case candor::survey::QuestionType::nps: return CANDOR_QUESTION_NPS;
        case candor::survey::QuestionType::text: return CANDOR_QUESTION_TEXT;
        case candor::survey::QuestionType::thanks: return CANDOR_QUESTION_THANKS;
    }
    return CANDOR_QUESTION_THANKS;
}

}  // namespace

extern "C" {

candor_client candor_start(const candor_config* config, candor_string* why) {
    CANDOR_KEPT candor::String reason;
    candor_client handle = 0;
    if (config == nullptr || config->size == 0) {
        reason = "config: is missing, or its size is not set";
    } else {
        const candor_config given = sized_copy(config);
        Config read;
        reason = read_config(given, read);
        if (reason.empty()) handle = candor::client::start_client(read, given.host)->handle();
    }
    if (why != nullptr) *why = borrow(reason);
    return handle;
}

candor_status candor_close(candor_client handle, int64_t deadline) {
    if (!find_client(handle)) return CANDOR_CLOSED;
    if (const candor::Shared<Client> last = candor::client::end_client(handle)) last->close(deadline);
    return CANDOR_OK;
}

candor_status candor_flush(candor_client handle, int64_t deadline) {
    return with(handle, [=](Client& client) { return client.flush(deadline); });
}

candor_status candor_tick(candor_client handle) {
    return with(handle, [](Client& client) { return client.tick(); });
}

candor_status candor_load(candor_client handle, candor_string document) {
    if (document.data == nullptr) return CANDOR_INVALID;
    return with(handle, [=](Client& client) { return client.load(view(document)); });
}

candor_status candor_track(candor_client handle, candor_string name, const candor_property* properties,
                           size_t property_count) {
    if (!valid(properties, property_count)) return CANDOR_INVALID;
    return with(handle, [=](Client& client) { return client.track(view(name)); });
}

candor_status candor_screen(candor_client handle, candor_string name) {
    return with(handle, [=](Client& client) { return client.screen(view(name)); });
}

candor_status candor_identify(candor_client handle, candor_string person) {
    if (!valid(person)) return CANDOR_INVALID;
    return with(handle, [=](Client& client) { return client.identify(view(person)); });
}

candor_status candor_reset(candor_client handle) {
    return with(handle, [](Client& client) { return client.reset(); });
}

candor_status candor_set_attributes(candor_client handle, const candor_property* attributes, size_t count) {
    if (!valid(attributes, count)) return CANDOR_INVALID;
    candor::json::Members read;
    for (std::size_t i = 0; i < count; ++i) read.emplace_back(view(attributes[i].key), value_of(attributes[i]));
    return with(handle, [&](Client& client) { return client.set_attributes(read); });
}

candor_status candor_set_context(candor_client handle, const candor_context* context) {
    if (context == nullptr || context->size == 0) return CANDOR_INVALID;
    const candor_context given = sized_copy(context);
    if (given.offset_count > kMostOffsets || (given.offset_count > 0 && given.offsets == nullptr))
        return CANDOR_INVALID;
    return with(handle, [&](Client& client) { return client.set_context(given); });
}

candor_status candor_consent(candor_client handle, int32_t consent) {
    return with(handle, [=](Client& client) { return client.consent(consent); });
}

candor_status candor_forget(candor_client handle) {
    return with(handle, [](Client& client) { return client.forget(); });
}

candor_status candor_busy(candor_client handle, int32_t busy) {
    return with(handle, [=](Client& client) { return client.busy(busy != 0); });
}

candor_status candor_hidden(candor_client handle, int32_t hidden) {
    return with(handle, [=](Client& client) { return client.hidden(hidden != 0); });
}

candor_status candor_show(candor_client handle, candor_string survey, int32_t preview) {
    if (!valid(survey)) return CANDOR_INVALID;
    return with(handle, [=](Client& client) { return client.show(view(survey), preview != 0); });
}

candor_status candor_hide(candor_client handle) {
    return with(handle, [](Client& client) { return client.hide(); });
}

candor_status candor_explain(candor_client handle, candor_string survey, candor_string* json) {
    if (json == nullptr || !valid(survey)) return CANDOR_INVALID;
    CANDOR_KEPT candor::String text;
    return with(handle, [=](Client& client) {
        text = client.explain(view(survey));
        *json = borrow(text);
        return CANDOR_OK;
    });
}

// ---- the running prompt ----

candor_status candor_prompt_get(candor_client handle, candor_prompt* prompt) {
    if (prompt == nullptr || prompt->size == 0) return CANDOR_INVALID;
    struct Texts {
        candor::String survey, submission, question, answer;
        candor::interview::QuestionTexts texts;
        candor::String notice;
    };
    CANDOR_KEPT Texts kept;
    return with(handle, [&](Client& client) {
        const auto running = client.prompt();
        if (!running) return CANDOR_NO_PROMPT;
        const candor::survey::Survey& survey = running->survey();
        const candor::survey::Question* question = candor::interview::current(survey, running->interview);
        if (question == nullptr) return CANDOR_NO_PROMPT;
        candor::String locale = client.locale();
        if (locale.empty()) locale = running->document->locale;
        const auto score = candor::interview::score(running->interview);
        kept.survey = survey.id;
        kept.submission = running->submission;
        kept.question = question->id;
        kept.texts = candor::interview::texts(*running->document, *question, score, locale);
        const auto* answer = candor::interview::find_answer(running->interview, question->id);
        kept.answer = answer && answer->text ? *answer->text : "";
        candor_prompt out{};
        out.survey = borrow(kept.survey);
        out.submission = borrow(kept.submission);
        out.status = status_of(running->status());
        out.type = type_of(question->type);
        out.question = borrow(kept.question);
        out.text = borrow(kept.texts.text);
        out.low_label = borrow(kept.texts.low_label);
        out.high_label = borrow(kept.texts.high_label);
        out.max = question->type == candor::survey::QuestionType::nps ? 10 : 0;
        out.score = score ? *score : -1;
        out.optional = question->optional ? 1 : 0;
        out.preview = running->preview ? 1 : 0;
        out.locale = borrow(kept.texts.locale);
        out.answer = borrow(kept.answer);
        const candor::survey::Consent& consent = running->document->consent;
        const bool notice = consent.mode == candor::survey::ConsentMode::notice;
        kept.notice = notice ? candor::survey::localize(consent.text, locale, running->document->locale).text : "";
        out.notice = borrow(kept.notice);
        sized_write(out, prompt);
        return CANDOR_OK;
    });
}

candor_status candor_presented(candor_client handle) {
    return with(handle, [](Client& client) { return client.presented(); });
}

candor_status candor_answer_score(candor_client handle, candor_string question, int32_t score) {
    if (!valid(question)) return CANDOR_INVALID;
    return with(handle, [=](Client& client) { return client.answer(view(question), {score, {}}); });
}

candor_status candor_answer_text(candor_client handle, candor_string question, candor_string text) {
    if (!valid(question) || !valid(text)) return CANDOR_INVALID;
    return with(handle, [=](Client& client) { return client.answer(view(question), {std::nullopt, view(text)}); });
}

candor_status candor_back(candor_client handle) {
    return with(handle, [](Client& client) { return client.back(); });
}

candor_status candor_dismiss(candor_client handle) {
    return with(handle, [](Client& client) { return client.dismiss(); });
}

// ---- the host's answers ----

void candor_http_done(uint32_t ticket, const candor_http_response* response) {
    if (response == nullptr) return;
    const candor_http_response given = sized_copy(response);
    candor::courier::HttpResponse read;
    read.status = given.status;
    read.redirected = given.redirected != 0;
    for (std::size_t i = 0; i < given.header_count && given.headers != nullptr; ++i) {
        auto& [name, value] = read.headers.emplace_back();
        copy(given.headers[i].name, name);
        copy(given.headers[i].value, value);
    }
    copy(given.body, read.body);
    copy(given.error, read.error);
    candor::client::answer_http_ticket(ticket, std::move(read));
}

void candor_lock_done(uint32_t ticket, candor_status outcome) {
    candor::client::answer_lock_ticket(ticket, outcome == CANDOR_OK);
}

candor_status candor_store_step(uint32_t ticket, const candor_store_state* state, candor_store_change* change) {
    if (state == nullptr || change == nullptr) return CANDOR_INVALID;
    return candor::outbox::host_store_step(ticket, state, change);
}

void candor_store_done(uint32_t ticket, candor_status outcome, candor_string reason) {
    candor::outbox::host_store_done(ticket, outcome, reason);
}

}  // extern "C"
