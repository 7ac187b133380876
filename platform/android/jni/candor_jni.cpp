// The C API for dev.candor.Native. Strings cross as UTF-8 bytes: JNI's own are a modified UTF-8 that has no emoji.
#include <jni.h>

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "candor/candor.h"

namespace {

JavaVM* vm = nullptr;
jmethodID wake_method = nullptr;
jmethodID event_method = nullptr;
jmethodID send_method = nullptr;
jmethodID cancel_method = nullptr;
jclass bytes_class = nullptr;
jclass double_class = nullptr;
jclass boolean_class = nullptr;
jmethodID double_value = nullptr;
jmethodID boolean_value = nullptr;

// What the numbers of Native.java mean.
enum Call {
    kTick,
    kLoad,
    kTrack,
    kScreen,
    kIdentify,
    kReset,
    kConsent,
    kForget,
    kBusy,
    kTyped,
    kHidden,
    kShow,
    kHide,
    kPresented,
    kBack,
    kDismiss,
    kAgree,
    kSnooze,
    kNetwork
};

// A thread of Candor's is attached for as long as it lives.
struct Attachment {
    JNIEnv* env = nullptr;
    bool attached = false;

    Attachment() {
        if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_6) == JNI_OK) return;
        attached = vm->AttachCurrentThreadAsDaemon(reinterpret_cast<void**>(&env), nullptr) == JNI_OK;
        if (!attached) env = nullptr;
    }
    ~Attachment() {
        if (attached) vm->DetachCurrentThread();
    }
    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;
};

JNIEnv* environment() {
    // A Java thread is attached already, and need not stay the one that it was when first seen here.
    JNIEnv* env = nullptr;
    if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_6) == JNI_OK) return env;
    thread_local const Attachment kAttachment;
    return kAttachment.env;
}

// What a started client needs of its Java object. Candor knows it by a number only: a call that comes while or after
// the client ends finds nothing, or holds what it found for as long as it runs.
struct Context {
    jobject candor = nullptr;  // global
    candor_http http{};
    candor_host host{};

    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context();
};

std::mutex contexts_mutex;
std::map<std::intptr_t, std::shared_ptr<Context>> contexts;
std::intptr_t last_context = 0;

std::shared_ptr<Context> find_context(void* raw) {
    const std::lock_guard lock(contexts_mutex);
    const auto found = contexts.find(reinterpret_cast<std::intptr_t>(raw));
    return found == contexts.end() ? nullptr : found->second;
}

Context::~Context() {
    if (JNIEnv* env = environment()) env->DeleteGlobalRef(candor);
}

std::string string_of(JNIEnv* env, jbyteArray bytes) {
    if (bytes == nullptr) return {};
    std::string text(static_cast<std::size_t>(env->GetArrayLength(bytes)), '\0');
    env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(text.size()), reinterpret_cast<jbyte*>(text.data()));
    return text;
}

candor_string borrow(const std::string& text) { return {text.data(), text.size()}; }

jbyteArray bytes_of(JNIEnv* env, candor_string text) {
    jbyteArray bytes = env->NewByteArray(static_cast<jsize>(text.size));
    if (bytes != nullptr && text.size > 0) {
        env->SetByteArrayRegion(bytes, 0, static_cast<jsize>(text.size), reinterpret_cast<const jbyte*>(text.data));
    }
    return bytes;
}

// False, and an exception is pending, when Java has no room for it.
bool put_bytes(JNIEnv* env, jobjectArray array, std::size_t at, candor_string text) {
    jbyteArray bytes = bytes_of(env, text);
    if (bytes == nullptr) return false;
    env->SetObjectArrayElement(array, static_cast<jsize>(at), bytes);
    env->DeleteLocalRef(bytes);
    return true;
}

std::vector<std::string> strings_of(JNIEnv* env, jobjectArray array) {
    std::vector<std::string> out;
    const jsize count = array ? env->GetArrayLength(array) : 0;
    for (jsize i = 0; i < count; ++i) {
        const auto bytes = static_cast<jbyteArray>(env->GetObjectArrayElement(array, i));
        out.push_back(string_of(env, bytes));
        env->DeleteLocalRef(bytes);
    }
    return out;
}

// An exception must not stay pending in a thread of Candor's.
void clear_exception(JNIEnv* env) {
    if (env->ExceptionCheck()) {
        env->ExceptionDescribe();
        env->ExceptionClear();
    }
}

void on_event(void* raw, candor_client, const candor_event* event) {
    const std::shared_ptr<Context> context = find_context(raw);
    JNIEnv* env = environment();
    if (context == nullptr || env == nullptr || env->PushLocalFrame(8) != 0) return;
    jbyteArray survey = bytes_of(env, event->survey);
    jbyteArray text = bytes_of(env, event->text);
    if (survey != nullptr && text != nullptr) {
        env->CallVoidMethod(context->candor, event_method, event->kind, survey, text, static_cast<jlong>(event->count),
                            static_cast<jint>(event->level));
    }
    clear_exception(env);
    env->PopLocalFrame(nullptr);
}

void wake(void* raw, candor_client client, std::int64_t delay) {
    if (delay > 0) return;  // Candor's worker keeps the time
    const std::shared_ptr<Context> context = find_context(raw);
    if (JNIEnv* env = environment(); env != nullptr && context != nullptr) {
        env->CallVoidMethod(context->candor, wake_method, static_cast<jint>(client));
        clear_exception(env);
    }
}

void fail(std::uint32_t ticket, const char* why) {
    candor_http_response response{};
    response.size = sizeof response;
    response.error = candor_text(why);
    candor_http_done(ticket, &response);
}

void send(void* raw, std::uint32_t ticket, const candor_http_request* request) {
    const std::shared_ptr<Context> context = find_context(raw);
    JNIEnv* env = environment();
    if (context == nullptr || env == nullptr || env->PushLocalFrame(16) != 0) {
        fail(ticket, "no Java environment");
        return;
    }
    jobjectArray headers = env->NewObjectArray(static_cast<jsize>(2 * request->header_count), bytes_class, nullptr);
    bool room = headers != nullptr;
    for (std::size_t i = 0; i < request->header_count && room; ++i) {
        room = put_bytes(env, headers, 2 * i, request->headers[i].name) &&
               put_bytes(env, headers, 2 * i + 1, request->headers[i].value);
    }
    jbyteArray method = room ? bytes_of(env, request->method) : nullptr;
    jbyteArray url = method != nullptr ? bytes_of(env, request->url) : nullptr;
    jbyteArray body = url != nullptr ? bytes_of(env, request->body) : nullptr;
    if (body != nullptr) {
        env->CallVoidMethod(context->candor, send_method, static_cast<jint>(ticket), method, url, headers, body,
                            static_cast<jlong>(request->timeout), static_cast<jlong>(request->response_limit));
    }
    const bool failed = env->ExceptionCheck() == JNI_TRUE;
    clear_exception(env);
    env->PopLocalFrame(nullptr);
    if (failed) fail(ticket, "the transport threw");
}

void cancel(void* raw, std::uint32_t ticket) {
    const std::shared_ptr<Context> context = find_context(raw);
    if (JNIEnv* env = environment(); env != nullptr && context != nullptr) {
        env->CallVoidMethod(context->candor, cancel_method, static_cast<jint>(ticket));
        clear_exception(env);
    }
}

jclass global_class(JNIEnv* env, const char* name) {
    jclass local = env->FindClass(name);
    return local == nullptr ? nullptr : static_cast<jclass>(env->NewGlobalRef(local));
}

candor_property property_of(JNIEnv* env, const std::string& key, jobject value, std::string& text) {
    candor_property property{};
    property.key = borrow(key);
    if (value == nullptr) {
        property.kind = CANDOR_PROPERTY_NULL;
    } else if (env->IsInstanceOf(value, double_class)) {
        property.kind = CANDOR_PROPERTY_NUMBER;
        property.number = env->CallDoubleMethod(value, double_value);
        clear_exception(env);
    } else if (env->IsInstanceOf(value, boolean_class)) {
        property.kind = CANDOR_PROPERTY_BOOLEAN;
        property.boolean = env->CallBooleanMethod(value, boolean_value) ? 1 : 0;
        clear_exception(env);
    } else {
        text = string_of(env, static_cast<jbyteArray>(value));
        property.kind = CANDOR_PROPERTY_TEXT;
        property.text = borrow(text);
    }
    return property;
}

// Instants and minutes by turns.
std::vector<candor_offset> offsets_of(JNIEnv* env, jlongArray list) {
    std::vector<jlong> numbers(list == nullptr ? 0 : static_cast<std::size_t>(env->GetArrayLength(list)));
    if (list != nullptr) env->GetLongArrayRegion(list, 0, static_cast<jsize>(numbers.size()), numbers.data());
    std::vector<candor_offset> offsets;
    for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
        offsets.push_back({numbers[i], static_cast<std::int32_t>(numbers[i + 1])});
    }
    return offsets;
}

}  // namespace

extern "C" {

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* java_vm, void*) {
    vm = java_vm;
    JNIEnv* env = nullptr;
    if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_6) != JNI_OK) return JNI_ERR;
    bytes_class = global_class(env, "[B");
    double_class = global_class(env, "java/lang/Double");
    boolean_class = global_class(env, "java/lang/Boolean");
    jclass candor = env->FindClass("dev/candor/Candor");
    if (bytes_class == nullptr || double_class == nullptr || boolean_class == nullptr || candor == nullptr)
        return JNI_ERR;
    double_value = env->GetMethodID(double_class, "doubleValue", "()D");
    boolean_value = env->GetMethodID(boolean_class, "booleanValue", "()Z");
    wake_method = env->GetMethodID(candor, "wake", "(I)V");
    event_method = env->GetMethodID(candor, "event", "(I[B[BJI)V");
    send_method = env->GetMethodID(candor, "send", "(I[B[B[[B[BJJ)V");
    cancel_method = env->GetMethodID(candor, "cancel", "(I)V");
    const bool found = double_value && boolean_value && wake_method && event_method && send_method && cancel_method;
    return found ? JNI_VERSION_1_6 : JNI_ERR;
}

JNIEXPORT jlongArray JNICALL Java_dev_candor_Native_start(JNIEnv* env, jclass, jobject candor, jobjectArray texts,
                                                          jint consent, jboolean strict, jint log_level) {
    const std::vector<std::string> t = strings_of(env, texts);
    const auto context = std::make_shared<Context>();
    context->candor = env->NewGlobalRef(candor);
    std::intptr_t number = 0;
    {
        const std::lock_guard lock(contexts_mutex);
        number = ++last_context;
        contexts.emplace(number, context);
    }
    void* const raw = reinterpret_cast<void*>(number);
    context->http.size = sizeof context->http;
    context->http.context = raw;
    context->http.send = send;
    context->http.cancel = cancel;
    context->host.size = sizeof context->host;
    context->host.context = raw;
    context->host.wake = wake;
    context->host.http = &context->http;
    candor_config config = CANDOR_CONFIG_INIT;
    const std::array<candor_string candor_config::*, 9> fields = {
        &candor_config::project,      &candor_config::endpoint,     &candor_config::write_key,
        &candor_config::storage_path, &candor_config::document_url, &candor_config::locale,
        &candor_config::app_version,  &candor_config::platform,     &candor_config::wire};
    for (std::size_t i = 0; i < fields.size(); ++i) config.*fields[i] = borrow(t[i]);
    config.consent = consent;
    config.reading = strict ? CANDOR_READ_STRICT : CANDOR_READ_FIELD;
    config.log_level = log_level;
    config.hidden = 1;  // until the context is there: nobody is to be asked by a clock that is not theirs
    config.on_event = on_event;
    config.on_event_context = raw;
    config.host = &context->host;
    candor_string why{};
    const candor_client client = candor_start(&config, &why);
    if (client == 0) {
        {
            const std::lock_guard lock(contexts_mutex);
            contexts.erase(number);
        }
        env->ThrowNew(env->FindClass("java/lang/IllegalArgumentException"), std::string(why.data, why.size).c_str());
        return nullptr;
    }
    const std::array<jlong, 2> started = {static_cast<jlong>(client), static_cast<jlong>(number)};
    jlongArray out = env->NewLongArray(2);
    if (out != nullptr) env->SetLongArrayRegion(out, 0, 2, started.data());
    return out;
}

JNIEXPORT void JNICALL Java_dev_candor_Native_free(JNIEnv*, jclass, jlong number) {
    std::shared_ptr<Context> context;  // goes after the lock: its end calls Java
    const std::lock_guard lock(contexts_mutex);
    const auto found = contexts.find(static_cast<std::intptr_t>(number));
    if (found == contexts.end()) return;
    context = std::move(found->second);
    contexts.erase(found);
}

JNIEXPORT jint JNICALL Java_dev_candor_Native_call(JNIEnv* env, jclass, jint handle, jint what, jbyteArray bytes,
                                                   jint number) {
    const auto client = static_cast<candor_client>(handle);
    const std::string text = string_of(env, bytes);
    const candor_string t = borrow(text);
    switch (what) {
        case kTick: return candor_tick(client);
        case kLoad: return candor_load(client, t);
        case kTrack: return candor_track(client, t, nullptr, 0);
        case kScreen: return candor_screen(client, t);
        case kIdentify: return candor_identify(client, t);
        case kReset: return candor_reset(client);
        case kConsent: return candor_consent(client, number);
        case kForget: return candor_forget(client);
        case kBusy: return candor_busy(client, number);
        case kTyped: return candor_typed(client);
        case kHidden: return candor_hidden(client, number);
        case kShow: return candor_show(client, t, number);
        case kHide: return candor_hide(client);
        case kPresented: return candor_presented(client);
        case kBack: return candor_back(client);
        case kDismiss: return candor_dismiss(client);
        case kAgree: return candor_agree(client);
        case kSnooze: return candor_snooze(client);
        case kNetwork: return candor_network(client, number);
        default: return CANDOR_INVALID;
    }
}

JNIEXPORT jint JNICALL Java_dev_candor_Native_properties(JNIEnv* env, jclass, jint handle, jbyteArray name,
                                                         jobjectArray keys, jobjectArray values) {
    const std::vector<std::string> names = strings_of(env, keys);
    std::vector<std::string> texts(names.size());
    std::vector<candor_property> properties;
    for (std::size_t i = 0; i < names.size(); ++i) {
        jobject value = env->GetObjectArrayElement(values, static_cast<jsize>(i));
        properties.push_back(property_of(env, names[i], value, texts[i]));
        env->DeleteLocalRef(value);
    }
    const auto client = static_cast<candor_client>(handle);
    if (name == nullptr) return candor_set_attributes(client, properties.data(), properties.size());
    const std::string event = string_of(env, name);
    return candor_track(client, borrow(event), properties.data(), properties.size());
}

JNIEXPORT jint JNICALL Java_dev_candor_Native_context(JNIEnv* env, jclass, jint handle, jobjectArray texts,
                                                      jlongArray list) {
    const std::vector<std::string> t = strings_of(env, texts);
    candor_context context = CANDOR_CONTEXT_INIT;
    const std::array<candor_string candor_context::*, 6> fields = {
        &candor_context::app_version, &candor_context::locale,  &candor_context::platform,
        &candor_context::os_version,  &candor_context::country, &candor_context::device};
    for (std::size_t i = 0; i < fields.size(); ++i) context.*fields[i] = borrow(t[i]);
    const std::vector<candor_offset> offsets = offsets_of(env, list);
    context.offsets = offsets.data();
    context.offset_count = offsets.size();
    return candor_set_context(static_cast<candor_client>(handle), &context);
}

JNIEXPORT jbyteArray JNICALL Java_dev_candor_Native_explain(JNIEnv* env, jclass, jint handle, jbyteArray survey) {
    const std::string name = string_of(env, survey);
    candor_string json{};
    candor_explain(static_cast<candor_client>(handle), borrow(name), &json);
    return bytes_of(env, json);
}

JNIEXPORT jobjectArray JNICALL Java_dev_candor_Native_prompt(JNIEnv* env, jclass, jint handle, jintArray numbers) {
    candor_prompt prompt = CANDOR_PROMPT_INIT;
    if (candor_prompt_get(static_cast<candor_client>(handle), &prompt) != CANDOR_OK) return nullptr;
    std::vector<candor_string> texts = {prompt.survey,      prompt.question, prompt.text,     prompt.low_label,
                                        prompt.high_label,  prompt.answer,   prompt.locale,   prompt.notice,
                                        prompt.placeholder, prompt.link,     prompt.link_text};
    jint chosen = 0, other = 0;
    for (std::size_t i = 0; i < prompt.choice_count; ++i) {
        const candor_choice& choice = prompt.choices[i];
        texts.push_back(choice.id);
        texts.push_back(choice.text);
        if (choice.chosen != 0) chosen |= 1 << i;
        if (choice.other != 0) other |= 1 << i;
    }
    const std::array<jint, 11> out_numbers = {prompt.type,  prompt.status,    prompt.min,        prompt.max,
                                              prompt.score, prompt.optional,  prompt.has_before, chosen,
                                              other,        prompt.agreement, prompt.preview};
    env->SetIntArrayRegion(numbers, 0, static_cast<jsize>(out_numbers.size()), out_numbers.data());
    jobjectArray out = env->NewObjectArray(static_cast<jsize>(texts.size()), bytes_class, nullptr);
    for (std::size_t i = 0; i < texts.size() && out != nullptr; ++i) {
        if (!put_bytes(env, out, i, texts[i])) return nullptr;
    }
    return out;
}

JNIEXPORT jint JNICALL Java_dev_candor_Native_answer(JNIEnv* env, jclass, jint handle, jbyteArray question, jint score,
                                                     jbyteArray text, jobjectArray choices) {
    const std::string id = string_of(env, question);
    const auto client = static_cast<candor_client>(handle);
    if (text == nullptr) return candor_answer_score(client, borrow(id), score);
    const std::string answer = string_of(env, text);
    if (choices == nullptr) return candor_answer_text(client, borrow(id), borrow(answer));
    const std::vector<std::string> ids = strings_of(env, choices);
    std::vector<candor_string> borrowed;
    borrowed.reserve(ids.size());
    for (const std::string& each : ids) borrowed.push_back(borrow(each));
    return candor_answer_choices(client, borrow(id), borrowed.data(), borrowed.size(), borrow(answer));
}

JNIEXPORT jint JNICALL Java_dev_candor_Native_flush(JNIEnv*, jclass, jint handle, jlong deadline) {
    return candor_flush(static_cast<candor_client>(handle), deadline);
}

JNIEXPORT jint JNICALL Java_dev_candor_Native_close(JNIEnv*, jclass, jint handle, jlong deadline) {
    return candor_close(static_cast<candor_client>(handle), deadline);
}

JNIEXPORT void JNICALL Java_dev_candor_Native_httpDone(JNIEnv* env, jclass, jint ticket, jint status,
                                                       jobjectArray headers, jbyteArray body, jbyteArray error) {
    const std::vector<std::string> names_and_values = strings_of(env, headers);
    std::vector<candor_header> raw;
    for (std::size_t i = 0; i + 1 < names_and_values.size(); i += 2) {
        raw.push_back({borrow(names_and_values[i]), borrow(names_and_values[i + 1])});
    }
    const std::string bytes = string_of(env, body);
    const std::string why = string_of(env, error);
    candor_http_response response{};
    response.size = sizeof response;
    response.status = status;
    response.headers = raw.data();
    response.header_count = raw.size();
    response.body = borrow(bytes);
    response.error = borrow(why);
    candor_http_done(static_cast<std::uint32_t>(ticket), &response);
}

}  // extern "C"
