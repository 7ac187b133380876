// Candor for C++: a thin face on candor.h, header only, nothing but RAII and std types. Its strings, threads and rules
// are those of candor.h; C++17 and later.
//
//   candor::Client client({.project = "shop", .endpoint = "https://…/v1/events", .storage_path = dir});
//   client.on(CANDOR_EVENT_PROMPT_POSSIBLE, [&](const candor_event&) { redraw(); });
//   client.load(document);
//   client.track("purchase_completed");
#ifndef CANDOR_CANDOR_HPP_
#define CANDOR_CANDOR_HPP_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "candor/candor.h"

namespace candor {

inline candor_string borrowed(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view viewed(candor_string text) {
    return text.data ? std::string_view(text.data, text.size) : std::string_view();
}

// As candor_config. The strings are read during construction only.
struct Options {
    std::string project = {};
    std::string endpoint = {};
    std::string write_key = {};
    std::string storage_path = {};
    std::string document_url = {};
    std::string locale = {};
    std::string app_version = {};
    std::string platform = {};
    std::int32_t consent = CANDOR_CONSENT_BY_DOCUMENT;
    std::int32_t reading = CANDOR_READ_FIELD;
    std::int32_t log_level = 0;
    const candor_host* host = nullptr;
    std::string wire = {};
};

struct Property {
    std::string key;
    candor_property_kind kind = CANDOR_PROPERTY_NULL;
    std::string text;
    double number = 0;
    bool boolean = false;

    Property(std::string k, std::string_view value) : key(std::move(k)), kind(CANDOR_PROPERTY_TEXT), text(value) {}
    Property(std::string k, const char* value) : Property(std::move(k), std::string_view(value)) {}
    Property(std::string k, double value) : key(std::move(k)), kind(CANDOR_PROPERTY_NUMBER), number(value) {}
    Property(std::string k, int value) : Property(std::move(k), static_cast<double>(value)) {}
    Property(std::string k, bool value) : key(std::move(k)), kind(CANDOR_PROPERTY_BOOLEAN), boolean(value) {}
    Property(std::string k, std::nullptr_t) : key(std::move(k)) {}

    candor_property raw() const {
        candor_property p{};
        p.key = borrowed(key);
        p.kind = kind;
        p.boolean = boolean ? 1 : 0;
        p.number = number;
        p.text = borrowed(text);
        return p;
    }
};

// A started client; closes when it goes. Not copied; moved-from objects are closed.
class Client {
public:
    using Callback = std::function<void(const candor_event&)>;

    // Check ok(): an invalid configuration starts nothing, and why() says why.
    explicit Client(const Options& options) : callbacks_(std::make_shared<Callbacks>()) {
        candor_config config = CANDOR_CONFIG_INIT;
        config.project = borrowed(options.project);
        config.endpoint = borrowed(options.endpoint);
        config.write_key = borrowed(options.write_key);
        config.storage_path = borrowed(options.storage_path);
        config.document_url = borrowed(options.document_url);
        config.locale = borrowed(options.locale);
        config.app_version = borrowed(options.app_version);
        config.platform = borrowed(options.platform);
        config.consent = options.consent;
        config.reading = options.reading;
        config.log_level = options.log_level;
        config.on_event = [](void*, candor_client client, const candor_event* event) { deliver(client, *event); };
        config.host = options.host;
        config.wire = borrowed(options.wire);
        candor_string why = {nullptr, 0};
        handle_ = candor_start(&config, &why);
        why_ = std::string(viewed(why));
        if (handle_ == 0) return;
        const std::lock_guard<std::mutex> lock(registry().mutex);
        registry().callbacks.emplace_back(handle_, callbacks_);
    }
    ~Client() { close(0); }
    Client(Client&& other) noexcept
        : handle_(std::exchange(other.handle_, 0)),
          why_(std::move(other.why_)),
          callbacks_(std::move(other.callbacks_)) {}
    Client& operator=(Client&& other) noexcept {
        if (this != &other) {
            close(0);
            handle_ = std::exchange(other.handle_, 0);
            why_ = std::move(other.why_);
            callbacks_ = std::move(other.callbacks_);
        }
        return *this;
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool ok() const { return handle_ != 0; }
    const std::string& why() const { return why_; }
    candor_client handle() const { return handle_; }

    // Runs inside tick(). To be set before the first tick, on the thread that ticks.
    void on(candor_event_kind kind, Callback callback) {
        if (callbacks_) callbacks_->by_kind.emplace_back(kind, std::move(callback));
    }

    // NOLINTBEGIN(readability-make-member-function-const): what the handle stands for changes
    candor_status tick() { return candor_tick(handle_); }
    candor_status flush(std::int64_t deadline) { return candor_flush(handle_, deadline); }
    void close(std::int64_t deadline) {
        if (handle_ == 0) return;
        candor_close(std::exchange(handle_, 0), deadline);
        const std::lock_guard<std::mutex> lock(registry().mutex);
        auto& all = registry().callbacks;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].second != callbacks_) continue;
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
            break;
        }
    }

    candor_status load(std::string_view document) { return candor_load(handle_, borrowed(document)); }
    candor_status track(std::string_view name, const std::vector<Property>& properties = {}) {
        const std::vector<candor_property> raw = raws(properties);
        return candor_track(handle_, borrowed(name), raw.data(), raw.size());
    }
    candor_status screen(std::string_view name) { return candor_screen(handle_, borrowed(name)); }
    candor_status identify(std::string_view person) { return candor_identify(handle_, borrowed(person)); }
    candor_status reset() { return candor_reset(handle_); }
    candor_status set_attributes(const std::vector<Property>& attributes) {
        const std::vector<candor_property> raw = raws(attributes);
        return candor_set_attributes(handle_, raw.data(), raw.size());
    }
    candor_status consent(std::int32_t consent) { return candor_consent(handle_, consent); }
    candor_status forget() { return candor_forget(handle_); }
    candor_status busy(bool busy) { return candor_busy(handle_, busy ? 1 : 0); }
    candor_status typed() { return candor_typed(handle_); }
    candor_status hidden(bool hidden) { return candor_hidden(handle_, hidden ? 1 : 0); }
    candor_status network(std::int32_t network) { return candor_network(handle_, network); }
    candor_status show(std::string_view survey, bool preview = false) {
        return candor_show(handle_, borrowed(survey), preview ? 1 : 0);
    }
    candor_status hide() { return candor_hide(handle_); }
    std::string explain(std::string_view survey = {}) {
        candor_string json = {nullptr, 0};
        candor_explain(handle_, borrowed(survey), &json);
        return std::string(viewed(json));
    }

    // The running prompt; its strings live until this thread asks again.
    std::optional<candor_prompt> prompt() {
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        if (candor_prompt_get(handle_, &prompt) != CANDOR_OK) return std::nullopt;
        return prompt;
    }
    candor_status presented() { return candor_presented(handle_); }
    candor_status answer(std::string_view question, std::int32_t score) {
        return candor_answer_score(handle_, borrowed(question), score);
    }
    candor_status answer(std::string_view question, std::string_view text) {
        return candor_answer_text(handle_, borrowed(question), borrowed(text));
    }
    candor_status answer(std::string_view question, const char* text) {
        return answer(question, std::string_view(text));
    }
    candor_status answer(std::string_view question, const std::vector<std::string>& choices,
                         std::string_view other = {}) {
        std::vector<candor_string> ids;
        ids.reserve(choices.size());
        for (const std::string& choice : choices) ids.push_back(borrowed(choice));
        return candor_answer_choices(handle_, borrowed(question), ids.data(), ids.size(), borrowed(other));
    }
    candor_status agree() { return candor_agree(handle_); }
    candor_status back() { return candor_back(handle_); }
    candor_status dismiss() { return candor_dismiss(handle_); }
    candor_status snooze() { return candor_snooze(handle_); }
    // NOLINTEND(readability-make-member-function-const)

private:
    struct Callbacks {
        std::vector<std::pair<candor_event_kind, Callback>> by_kind;
        void call(const candor_event& event) {
            for (const auto& [kind, callback] : by_kind) {
                if (kind == event.kind) callback(event);
            }
        }
    };

    // A project started twice is one client, and the two objects end in any order: events find whoever is there.
    struct Registry {
        std::mutex mutex;
        std::vector<std::pair<candor_client, std::shared_ptr<Callbacks>>> callbacks;
    };
    static Registry& registry() {
        static Registry* const kRegistry = new Registry;  // never destroyed: events may come while the process ends
        return *kRegistry;
    }
    static void deliver(candor_client client, const candor_event& event) {
        std::vector<std::shared_ptr<Callbacks>> listening;
        {
            const std::lock_guard<std::mutex> lock(registry().mutex);
            for (const auto& [handle, callbacks] : registry().callbacks) {
                if (handle == client) listening.push_back(callbacks);
            }
        }
        for (const auto& callbacks : listening) callbacks->call(event);
    }

    static std::vector<candor_property> raws(const std::vector<Property>& properties) {
        std::vector<candor_property> raw;
        raw.reserve(properties.size());
        for (const Property& property : properties) raw.push_back(property.raw());
        return raw;
    }

    candor_client handle_ = 0;
    std::string why_;
    std::shared_ptr<Callbacks> callbacks_;
};

}  // namespace candor

#endif  // CANDOR_CANDOR_HPP_
