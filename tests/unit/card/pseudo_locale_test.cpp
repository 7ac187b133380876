// A language that nobody speaks: the words of English in letters of full width. What then stands on a card in other
// letters stands in the code, where no translation reaches it.
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <set>
#include <string>

#include "base/text.hpp"
#include "fixture.hpp"
#include "survey/locales/locale.hpp"
#include "survey/texts.hpp"

using namespace candor;
using namespace candor::card;
using fixture::Desk;

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Names in braces stay as they are.
std::string widened(std::string_view text) {
    std::string out;
    bool named = false;
    for (const char c : text) {
        named = c == '{' || (named && c != '}');
        if (named || !is_letter(c)) {
            out += c;
            continue;
        }
        const auto point = 0xff00u + static_cast<unsigned char>(c) - 0x20u;
        out += static_cast<char>(0xe0 | point >> 12);
        out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    }
    return out;
}

std::string pseudo_words() {
    std::ifstream file(CANDOR_SOURCE_DIR "/sdk/survey/locales/en.txt");
    std::string words;
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with('#')) words += widened(line) + "\n";
    }
    return words;
}

std::string in_document(const char* text) { return json::dump(json::Value(widened(text))); }

survey::Document pseudo_document() {
    const std::string text =
        R"({"candor": 1, "project": "p", "revision": 1, "locale": "en", "product": )" + in_document("Acme") +
        R"(, "consent": {"mode": "explicit", "policy": "1", "text": )" + in_document("I agree.") +
        R"(}, "surveys": [{"id": "s", "kind": "transactional", "triggers": [{"event": "go"}], "questions": [
            {"id": "hello", "type": "statement", "text": )" +
        in_document("Hello") + R"(, "link": {"url": "https://acme.example", "text": )" + in_document("Why?") + R"(}},
            {"id": "score", "type": "nps"},
            {"id": "why", "type": "text", "text": )" +
        in_document("Why?") + R"(},
            {"id": "what", "type": "multiple", "optional": true, "text": )" +
        in_document("What?") + R"(, "choices": [{"id": "a", "text": )" + in_document("Apples") +
        R"(}, {"id": "o", "other": true, "text": )" + in_document("Other") + R"(}]},
            {"id": "thanks", "type": "thanks"}]}]})";
    auto document = survey::read_document(text, json::Reading::strict);
    INFO((document ? "" : describe(document.error())));
    REQUIRE(document.has_value());
    return std::move(*document);
}

// Of the words that the card has said so far.
class Witness {
public:
    void look(const Desk& desk) {
        const Card card = desk.card();
        for (const Node& node : card.nodes) {
            CAPTURE(std::string(node.key));
            check(node.name);
            if (node.role == Role::textbox) check(node.value);  // else it is an id, or an address
            check(node.description);
            for (const TextRun& run : node.runs) check(run.text);
        }
    }

    std::string unsaid() const {
        std::string out;
        for (std::string_view keys = survey::kWordKeys; !keys.empty();) {
            const std::string key(take_part(keys, '|'));
            std::string_view word = survey::interface_text(key, "en");
            if (const auto brace = word.rfind('}'); brace != word.npos) word.remove_prefix(brace + 1);
            if (said_.find(word) == said_.npos) out += key + " ";
        }
        return out;
    }

private:
    std::string said_;

    void check(std::string_view text) {
        INFO(std::string(text));
        CHECK(std::none_of(text.begin(), text.end(), is_letter));
        said_.append(text).append("\n");
    }
};

}  // namespace

// These take the place of those of the layer.
std::span<const survey::Language> survey::languages() {
    static const std::string words = pseudo_words();
    static const Language kOnly[] = {{"en", words}};
    return kOnly;
}
bool survey::request_words(const Language&) { return true; }

TEST_CASE("pseudo-locale: no word of a card stands in the code, and each of the language's is said somewhere") {
    Witness witness;
    Desk desk;
    desk.document = pseudo_document();
    desk.interview = interview::begin(desk.document.surveys[0]);
    desk.document.surveys[0].look.later = true;
    desk.agreement = Agreement::wanted;
    witness.look(desk);
    desk.tap("next");
    desk.stored();
    witness.look(desk);
    desk.tap("score/9");
    witness.look(desk);
    desk.status = Status::failed;
    witness.look(desk);
    desk.stored();
    witness.look(desk);
    for (survey::Question& question : desk.document.surveys[0].questions) {
        if (question.id == desk.interview.current) question.optional = false;
    }
    desk.tap("send");
    witness.look(desk);
    desk.act(InputKind::set_value, "comment", widened("Well"));
    desk.tap("send");
    desk.stored();
    witness.look(desk);
    desk.tap("skip");
    desk.stored();
    witness.look(desk);
    desk.tap("consent");
    desk.stored();
    REQUIRE(desk.status == Status::done);
    witness.look(desk);
    CHECK(witness.unsaid().empty());
}
