// Any sink of CloudEvents, by the HTTP binding of CloudEvents 1.0.
#include "base/json.hpp"
#include "base/text.hpp"
#include "courier/wire_parts.hpp"

namespace candor::courier {
namespace {

// Other names would be no attributes, and some of them more than a header.
bool is_attribute(std::string_view name) {
    for (const char c : name) {
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) return false;
    }
    return !name.empty() && name != "data" && name != "datacontenttype";
}

// As section 3.1.3.2 of the binding has it: a header holds what can be seen of ASCII, without quotes and percent signs.
String percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    String out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f && c != '"' && c != '%') {
            out += c;
            continue;
        }
        out += '%';
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out;
}

HttpRequest request_to(const Target& target) {
    HttpRequest request;
    request.method = "POST";
    request.url = target.endpoint;
    if (!target.write_key.empty()) {
        add_header(request.headers, "Authorization", joined({"Bearer ", header_value(target.write_key)}));
    }
    return request;
}

void add_attribute(Headers& headers, std::string_view name, const json::Value& value) {
    if (!is_attribute(name) || value.is_null()) return;
    const String text = value.type() == json::Type::text ? value.text() : json::dump(value);
    add_header(headers, joined({"ce-", name}).c_str(), percent_encoded(text));
}

// Where the type of the answer is not told, pages are known by how they begin.
bool begins_as_page(std::string_view body) {
    const std::size_t begin = body.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return false;
    body = body.substr(begin);
    for (const std::string_view tag : {"<!doctype html", "<html", "<head", "<body"}) {
        bool same = body.size() >= tag.size();
        for (std::size_t i = 0; same && i < tag.size(); ++i) {
            const char c = body[i];
            same = (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == tag[i];
        }
        if (same) return true;
    }
    return false;
}

void read_receipt(const List<outbox::Event>& batch, const HttpResponse& response, Acknowledgement& out) {
    if (is_page(response) || begins_as_page(response.body)) {
        out.reason = "the answer is a page";
        return;
    }
    accept_all(batch, out);
}

}  // namespace

HttpRequest cloudevents_request(const List<outbox::Event>& batch, const Target& target, Instant now) {
    HttpRequest request = request_to(target);
    add_header(request.headers, "Content-Type", "application/cloudevents-batch+json");
    request.body = candor_request(batch, target, now).body;
    return request;
}

HttpRequest cloudevents_binary_request(const List<outbox::Event>& batch, const Target& target, Instant) {
    HttpRequest request = request_to(target);
    const Result<json::Value> event = json::parse(batch.front().body);
    if (!event) return request;  // not ours to mend: the sink will refuse it, and it is put aside and counted
    const json::Value* type = event->find("datacontenttype");
    add_header(request.headers, "Content-Type",
               is_text(type) ? header_value(type->text()) : String("application/json"));
    for (const auto& [name, value] : event->members()) add_attribute(request.headers, name, value);
    if (const json::Value* data = event->find("data")) request.body = json::dump(*data);
    return request;
}

Acknowledgement cloudevents_acknowledgement(const List<outbox::Event>& batch, const HttpResponse& response,
                                            Instant now) {
    return acknowledgement_by(read_receipt, batch, response, now);
}

}  // namespace candor::courier
