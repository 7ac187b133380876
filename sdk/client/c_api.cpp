// candor.h: everything but the card. Checks what comes in, finds the client, hands it on.
#include <utility>
#include <vector>

#include "base/shared.hpp"
#include "base/string.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "base/worded.hpp"
#include "candor/candor.h"
#include "client/client.hpp"
#include "client/registry.hpp"
#include "client/system.hpp"
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
                                       {"platform", &candor_config::platform, &Config::platform},
                                       {"wire", &candor_config::wire, &Config::wire}};

// Says what is wrong with a config; empty: nothing.
candor::String read_config(const candor_config& config, Config& out) {
    for (const ConfigText& text : kConfigTexts) {
        const candor_string given = config.*text.given;
        if (!valid(given)) return candor::joined({text.name, ": is not UTF-8"});
        if (view(given).find('\0') != std::string_view::npos) return candor::joined({text.name, ": has a NUL byte"});
        copy(given, out.*text.kept);
    }
    if (!valid_project(out.project)) return "project: is no valid name";
    if (config.consent < CANDOR_CONSENT_BY_DOCUMENT || config.consent > CANDOR_CONSENT_DENIED)
        return candor::worded("consent: is no CANDOR_CONSENT value");
    if (config.reading != CANDOR_READ_FIELD && config.reading != CANDOR_READ_STRICT)
        return candor::worded("reading: is no CANDOR_READ value");
    if (const char* missing = candor::client::Host(config.host).missing()) return missing;
    if (out.wire_adapter() == nullptr) {
        return candor::joined({"wire: \"", out.wire, "\" is none of ", candor::courier::kWireNames});
    }
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

// The document's enum carries the API's numbers.
using candor::survey::QuestionType;
static_assert(static_cast<int>(QuestionType::thanks) == CANDOR_QUESTION_THANKS &&
              static_cast<int>(QuestionType::csat) == CANDOR_QUESTION_CSAT &&
              static_cast<int>(QuestionType::statement) == CANDOR_QUESTION_STATEMENT);

struct PromptTexts {
    candor::String survey, submission, question, answer;
    candor::interview::QuestionTexts texts;
    candor::String notice, link;
    candor::List<candor::String> choice_texts;  // ids and texts by turns
    candor::List<candor_choice> choices;
};

void write_choices(const candor::interview::Reader& reader, const candor::survey::Question& question,
                   const candor::interview::Answer* answer, PromptTexts& kept) {
    const std::size_t count = question.choices.size();
    const candor::interview::Order order = candor::interview::order_of(question, reader.interview.seed);
    kept.choice_texts = candor::List<candor::String>(2 * count);
    kept.choices = candor::List<candor_choice>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const candor::survey::Choice& choice = question.choices[order[i]];
        candor::String* const texts = &kept.choice_texts[2 * i];
        texts[0] = choice.id;
        texts[1] = candor::interview::text_of(reader, choice);
        candor_choice& out = kept.choices[i];
        out = {borrow(texts[0]), borrow(texts[1]), 0, choice.other ? 1 : 0};
        for (std::size_t j = 0; answer != nullptr && j < answer->choices.size(); ++j) {
            if (answer->choices[j] == choice.id) out.chosen = 1;
        }
    }
}

}  // namespace

extern "C" {

candor_client candor_start(const candor_config* config, candor_string* why) {
    CANDOR_KEPT candor::String reason;
    candor_client handle = 0;
    if (candor::client::in_forked_child()) {
        reason = "this process was forked from one that runs Candor: it can start none before it calls exec";
    } else if (config == nullptr || config->size == 0) {
        reason = candor::worded("config: is missing, or its size is not set");
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
    candor::json::Members read;
    for (std::size_t i = 0; i < property_count; ++i) {
        read.emplace_back(view(properties[i].key), value_of(properties[i]));
    }
    return with(handle, [&](Client& client) { return client.track(view(name), std::move(read)); });
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

candor_status candor_typed(candor_client handle) {
    return with(handle, [](Client& client) { return client.typed(); });
}

candor_status candor_hidden(candor_client handle, int32_t hidden) {
    return with(handle, [=](Client& client) { return client.hidden(hidden != 0); });
}

#ifndef __EMSCRIPTEN__
candor_status candor_network(candor_client handle, int32_t network) {
    return with(handle, [=](Client& client) { return client.network(network); });
}
#endif

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

namespace {

void lend(const PromptTexts& kept, candor_prompt& out) {
    out.survey = borrow(kept.survey);
    out.submission = borrow(kept.submission);
    out.question = borrow(kept.question);
    out.text = borrow(kept.texts.text);
    out.low_label = borrow(kept.texts.low_label);
    out.high_label = borrow(kept.texts.high_label);
    out.locale = borrow(kept.texts.locale);
    out.answer = borrow(kept.answer);
    out.notice = borrow(kept.notice);
    out.choices = kept.choices.data();
    out.choice_count = kept.choices.size();
    out.placeholder = borrow(kept.texts.placeholder);
    out.link = borrow(kept.link);
    out.link_text = borrow(kept.texts.link);
}

}  // namespace

candor_status candor_prompt_get(candor_client handle, candor_prompt* prompt) {
    if (prompt == nullptr || prompt->size == 0) return CANDOR_INVALID;
    CANDOR_KEPT PromptTexts kept;
    return with(handle, [&](Client& client) {
        const auto running = client.prompt();
        if (!running) return CANDOR_NO_PROMPT;
        const candor::survey::Survey& survey = running->survey();
        const candor::survey::Question* question = candor::interview::current(survey, running->interview);
        if (question == nullptr) return CANDOR_NO_PROMPT;
        candor::String locale = client.locale();
        if (locale.empty()) locale = running->document->locale;
        const candor::List<candor::survey::NamedText> given = client.given_texts();
        const candor::interview::Reader reader{
            *running->document, survey, running->interview, locale, {given.data(), given.size()}};
        auto score = candor::interview::score(survey, running->interview);
        kept.survey = survey.id;
        kept.submission = running->submission;
        kept.question = question->id;
        kept.texts = candor::interview::texts(reader, *question);
        const auto* answer = candor::interview::find_answer(running->interview, question->id);
        kept.answer = answer && answer->text ? *answer->text : "";
        kept.link = question->link.url;
        write_choices(reader, *question, answer, kept);
        const candor::survey::Bounds bounds = candor::survey::scale_of(question->type);
        const bool scale = candor::survey::is_scale(question->type);
        if (scale) score = answer ? answer->score : std::nullopt;
        candor_prompt out{};
        out.status = status_of(running->status());
        const bool complete = candor::interview::complete(survey, running->interview);
        if (out.status == CANDOR_PROMPT_ASKING && complete && !running->may_store())
            out.status = CANDOR_PROMPT_UNAGREED;
        out.agreement = static_cast<int32_t>(running->agreement());
        out.type = static_cast<candor_question_type>(question->type);
        out.min = scale ? bounds.least : 0;
        out.max = scale ? bounds.most : 0;
        out.score = score ? *score : -1;
        out.optional = question->optional ? 1 : 0;
        out.preview = running->preview ? 1 : 0;
        const candor::survey::Consent& consent = running->document->consent;
        const bool notice = consent.mode != candor::survey::ConsentMode::none;
        kept.notice = notice ? candor::survey::localize(consent.text, locale, running->document->locale).text : "";
        lend(kept, out);
        out.has_before = candor::interview::before(survey, running->interview, question->id) != nullptr ? 1 : 0;
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

candor_status candor_answer_choices(candor_client handle, candor_string question, const candor_string* choices,
                                    size_t choice_count, candor_string other) {
    if (!valid(question) || !valid(other) || choice_count > candor::survey::kMostChoices ||
        (choices == nullptr && choice_count > 0)) {
        return CANDOR_INVALID;
    }
    candor::interview::Given given{std::nullopt, view(other)};
    for (std::size_t i = 0; i < choice_count; ++i) {
        if (!valid(choices[i])) return CANDOR_INVALID;
        given.choices.emplace_back(view(choices[i]));
    }
    return with(handle, [&](Client& client) { return client.answer(view(question), given); });
}

candor_status candor_agree(candor_client handle) {
    return with(handle, [](Client& client) { return client.agree(); });
}

candor_status candor_back(candor_client handle) {
    return with(handle, [](Client& client) { return client.back(); });
}

candor_status candor_dismiss(candor_client handle) {
    return with(handle, [](Client& client) { return client.dismiss(); });
}

candor_status candor_snooze(candor_client handle) {
    return with(handle, [](Client& client) { return client.snooze(); });
}

// ---- the host's answers ----

void candor_http_done(uint32_t ticket, const candor_http_response* response) {
    if (response == nullptr || candor::client::in_forked_child()) return;
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
    if (candor::client::in_forked_child()) return;
    candor::client::answer_lock_ticket(ticket, outcome == CANDOR_OK);
}

candor_status candor_store_step(uint32_t ticket, const candor_store_state* state, candor_store_change* change) {
    if (state == nullptr || change == nullptr) return CANDOR_INVALID;
    if (candor::client::in_forked_child()) return CANDOR_CLOSED;
    return candor::outbox::host_store_step(ticket, state, change);
}

void candor_store_done(uint32_t ticket, candor_status outcome, candor_string reason) {
    if (candor::client::in_forked_child()) return;
    candor::outbox::host_store_done(ticket, outcome, reason);
}

}  // extern "C"
