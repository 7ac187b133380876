#include "survey/lint.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "survey/locales/locale.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

using json::Value;

constexpr std::size_t kFewFollowUps = 2;
constexpr Span kLeastShowing = 30 * kSecond;  // between the end of a delay and the expiry
constexpr Span kRemembered = 7 * kDay;        // what a script stored is forgotten after so long without a visit

// Built-in wordings that no speaker of the language has reviewed, as each file in locales/ says: tags, by bars.
constexpr std::string_view kUnreviewed = CANDOR_UNREVIEWED;

struct Lint {
    const Document& document;
    List<Finding>& findings;

    void add(const char* code, Severity severity, String path, Parts reason, const char* mend) const {
        findings.push_back({code, severity, std::move(path), joined(reason), mend});
    }
};

// ---- names ----

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// The beginning of a word, or with '.' behind it the word itself.
constexpr std::string_view kOpinions =
    "nps.|csat.|ces.|score.|scores.|rating.|ratings.|rated.|stars.|mood.|smiley.|churn.|"
    "satisf|dissatisf|happ|unhapp|promoter|detractor|sentiment";

bool is_opinion(std::string_view word) {
    for (std::string_view stems = kOpinions; !stems.empty();) {
        std::string_view stem = take_part(stems, '|');
        const bool whole = stem.ends_with('.');
        if (whole) stem.remove_suffix(1);
        if (whole ? word == stem : word.starts_with(stem)) return true;
    }
    return false;
}

// "lastNPS_score2" is last, nps, score.
bool tells_an_opinion(std::string_view name) {
    String word;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        const char c = i < name.size() ? name[i] : ' ';
        const bool letter = is_lower(c) || is_upper(c);
        const bool hump = is_upper(c) && i > 0 && is_lower(name[i - 1]);
        if (!letter || hump) {
            if (is_opinion(word)) return true;
            word = String();
        }
        if (letter) word += lower(c);
    }
    return false;
}

// ---- conditions ----

// Calls `leaf(path, condition)` for each test in it.
template <class Leaf>
void each_test(const Condition& condition, const String& path, const Leaf& leaf) {
    if (condition.test > Test::not_) return leaf(path, condition);
    for (std::size_t i = 0; i < condition.of.size(); ++i) {
        const char* key = name(condition.test);
        const bool one = condition.test == Test::not_;
        each_test(condition.of[i], one ? joined({path, ".", key}) : joined({path, ".", key, "[", i, "]"}), leaf);
    }
}

// Whether nobody passes for whom `leaf` does not hold.
template <class Leaf>
bool requires_test(const Condition& condition, const Leaf& leaf) {
    if (condition.test > Test::not_) return leaf(condition);
    const auto child = [&](const Condition& one) { return requires_test(one, leaf); };
    if (condition.test == Test::all) return std::any_of(condition.of.begin(), condition.of.end(), child);
    return condition.test == Test::any && std::all_of(condition.of.begin(), condition.of.end(), child);
}

bool is_context(const Condition& test, ContextValue value) {
    return test.source == Source::context && test.context == value;
}

// What is missing passes nothing but `exists: false`.
bool wants_person(const Condition& test) {
    return is_context(test, ContextValue::person) && (test.test != Test::exists || test.operand.boolean());
}

bool wants_no_page(const Condition& test) {
    if (!is_context(test, ContextValue::platform)) return false;
    const auto is_web = [](const Value& value) { return value.text() == "web"; };
    const json::Array& several = test.operand.array();
    return (test.test == Test::eq && !is_web(test.operand)) || (test.test == Test::ne && is_web(test.operand)) ||
           (test.test == Test::in && std::none_of(several.begin(), several.end(), is_web));
}

void check_opinions(const Lint& lint, const Survey& survey, const Condition& condition, const String& path,
                    const char* mend) {
    each_test(condition, path, [&](const String& at, const Condition& test) {
        if (test.source == Source::context || !tells_an_opinion(test.name)) return;
        lint.add("satisfaction_targeting", Severity::warning, at,
                 {"\"", test.name, "\" tells how people think: \"", survey.id,
                  "\" would ask only those who think so, and its score would be theirs"},
                 mend);
    });
}

void check_choice_of_people(const Lint& lint, const Survey& survey, const String& path) {
    const bool relationship = survey.kind == Kind::relationship;
    check_opinions(lint, survey, survey.population, joined({path, ".population"}),
                   "leave it out: the population is whom the number is about, and no control share goes beyond it");
    if (survey.control.threshold == 0) {
        check_opinions(lint, survey, survey.targeting, joined({path, ".targeting"}),
                       relationship ? R"(add a control share, such as "control": {"percent": 10}, or leave it out)"
                                    : "leave it out: a control share is for relationship surveys");
    }
    for (std::size_t i = 0; i < survey.triggers.size(); ++i) {
        check_opinions(lint, survey, survey.triggers[i].where, joined({path, ".triggers[", i, "].where"}),
                       "leave it out, or ask after the event whatever was said in it");
    }
}

// ---- times ----

void check_dismissal(const Lint& lint, const Survey& survey, const String& path) {
    if (survey.waits.dismissed || survey.pacing.prompts == 1) return;
    lint.add("no_dismissed_wait", Severity::warning, joined({path, ".wait"}),
             {"who closes \"", survey.id, "\" is asked again at the next trigger"},
             R"(add "dismissed" to "wait", such as 30 days, or "prompts": 1 to "pacing")");
}

void check_expiry(const Lint& lint, const Survey& survey, const Value& value, const String& path) {
    if (survey.kind == Kind::transactional && value.find("expires") == nullptr) {
        lint.add("no_expiry", Severity::note, path,
                 {"\"", survey.id, "\" is about an occasion, and does not say how long that is fresh: ",
                  survey.expires / kSecond, " s by default"},
                 R"(add "expires" in seconds)");
    }
    const Span showing = survey.expires - survey.delay;
    if (showing < kLeastShowing) {
        lint.add("short_showing", Severity::warning, joined({path, ".delay"}),
                 {"between the end of the delay and the expiry there are ", showing / kSecond,
                  " s: who is busy meanwhile is not asked"},
                 R"(make "delay" shorter or "expires" longer)");
    }
}

void check_memory(const Lint& lint, const Survey& survey, const String& path) {
    for (const Condition* condition : {&survey.population, &survey.targeting}) {
        if (requires_test(*condition, wants_person) || requires_test(*condition, wants_no_page)) return;
    }
    const std::pair<const char*, const std::optional<Span>*> waits[] = {{"answered", &survey.waits.answered},
                                                                        {"dismissed", &survey.waits.dismissed},
                                                                        {"snoozed", &survey.waits.snoozed},
                                                                        {"shown", &survey.waits.shown}};
    for (const auto& [key, wait] : waits) {
        if (!*wait || **wait <= kRemembered) continue;
        return lint.add("forgotten_wait", Severity::note, joined({path, ".wait.", key}),
                        {"on web pages Safari forgets an anonymous visitor after 7 days without a visit, and this wait "
                         "is longer"},
                        R"(ask who is signed in: "population": {"context": "person", "exists": true}; )"
                        "in an app there is nothing to do");
    }
}

// ---- the card ----

void check_look(const Lint& lint, const Survey& survey, const String& path) {
    if (survey.look.scale_colors) {
        lint.add("scale_colors", Severity::warning, joined({path, ".card.scale_colors"}),
                 {"colours over a scale say which answer is hoped for: its scores are not those of a scale without"},
                 "leave it out");
    }
    if (survey.look.later && !survey.waits.snoozed) {
        lint.add("later_at_once", Severity::warning, joined({path, ".card.later"}),
                 {"who puts it off is asked again by the next trigger"}, R"(give "wait": {"snoozed": days})");
    }
}

// ---- texts ----

// A text as it stands in the document, and the languages that it is there in.
struct Said {
    String path;
    const Value* value;
    bool is_asked;  // its wording matters
    List<std::string_view> locales;
};

bool by_language(const Value& value) {
    for (const auto& [key, text] : value.members()) {
        if (!is_language_tag(key) || text.type() != json::Type::text) return false;
    }
    return !value.members().empty();
}

constexpr std::string_view kTextMembers = "text|low|high|placeholder|label";

// The texts in a question, wherever they stand in it.
void collect(const Value& value, std::string_view key, const String& path, std::string_view locale, bool asked,
             List<Said>& out) {
    if (value.type() == json::Type::text) {
        if (find_part(kTextMembers, '|', key) == kNoPart) return;
        out.push_back({path, &value, asked && key == "text", {}});
        out.back().locales.push_back(locale);
    } else if (value.type() == json::Type::array) {
        for (std::size_t i = 0; i < value.array().size(); ++i) {
            collect(value.array()[i], {}, joined({path, "[", i, "]"}), locale, false, out);
        }
    } else if (value.type() == json::Type::object && by_language(value)) {
        out.push_back({path, &value, asked, {}});
        for (const auto& [tag, text] : value.members()) out.back().locales.push_back(tag);
    } else if (value.type() == json::Type::object) {
        for (const auto& [name, member] : value.members()) {
            const bool band = name == "promoter" || name == "passive" || name == "detractor";
            const std::string_view as = band ? "text" : std::string_view(name);
            if (name == "description" || name == "when") continue;
            collect(member, as, joined({path, ".", name}), locale, asked && as == "text", out);
        }
    }
}

bool speaks(const List<std::string_view>& locales, std::string_view locale) {
    while (!locale.empty()) {
        if (std::any_of(locales.begin(), locales.end(), [&](std::string_view tag) { return same_tag(tag, locale); })) {
            return true;
        }
        const std::size_t cut = locale.find_last_of("-_");
        locale = locale.substr(0, cut == std::string_view::npos ? 0 : cut);
    }
    return false;
}

void join(List<std::string_view>& all, std::string_view locale) {
    const auto same = [&](std::string_view tag) { return same_tag(tag, locale); };
    if (std::none_of(all.begin(), all.end(), same)) all.push_back(locale);
}

String list_of(const List<std::string_view>& items) {
    String out;
    for (const std::string_view item : items) {
        if (!out.empty()) out += ", ";
        out += item;
    }
    return out;
}

void check_translation(const Lint& lint, const Said& said, const List<std::string_view>& locales) {
    List<std::string_view> missing;
    for (const std::string_view locale : locales) {
        if (!speaks(said.locales, locale)) missing.push_back(locale);
    }
    if (missing.empty()) return;
    lint.add("missing_translation", Severity::warning, said.path,
             {"is not there in ", list_of(missing), ", as other texts are"},
             "add it, or take those languages out of the others");
}

std::string_view language_of(std::string_view tag) { return tag.substr(0, tag.find_first_of("-_")); }

// The words of the recommendation question are built in, unless the survey has its own.
void check_built_in(const Lint& lint, const List<std::string_view>& locales, const String& path) {
    List<std::string_view> unreviewed, foreign;
    for (const std::string_view locale : locales) {
        const std::string_view built_in = nps_wording(locale, lint.document.locale).locale;
        if (!same_tag(language_of(built_in), language_of(locale))) {
            foreign.push_back(locale);
        } else if (find_part(kUnreviewed, '|', built_in) != kNoPart) {
            unreviewed.push_back(locale);
        }
    }
    if (!foreign.empty()) {
        lint.add("wording_not_built_in", Severity::warning, path,
                 {"the recommendation question is not built in for ", list_of(foreign),
                  ": it is asked in another language than what follows"},
                 R"(give its "text", "low" and "high" in that language)");
    }
    if (!unreviewed.empty()) {
        lint.add("wording_unreviewed", Severity::note, path,
                 {"no speaker has reviewed the built-in wording of ", list_of(unreviewed), " yet"},
                 "have a speaker read it before you compare its score with that of other languages");
    }
}

// ---- English wording ----

// What leads to an answer: at the beginning of a sentence with '^', else anywhere.
constexpr std::string_view kLeading =
    "^don't you|^don’t you|^doesn't|^doesn’t|^wouldn't you|^wouldn’t you|^isn't|^isn’t|^aren't|^aren’t|^surely|"
    "^obviously|^how great|^how good|^how amazing|^how much do you love|^how much do you like|^how much did you love|"
    "^how much did you like|^how much did you enjoy|^do you agree|^would you agree|our amazing|our great|"
    "our excellent|our award-winning|our popular|our best";

bool begins_sentence(std::string_view text, std::size_t at) {
    while (at > 0 && text[at - 1] == ' ') --at;
    if (at == 0) return true;
    const char c = text[at - 1];
    return c == '.' || c == '!' || c == '?' || c == '\n' || c == ':';
}

// "our best" is not in "our bestseller".
bool ends_word(std::string_view text, std::size_t at) { return at >= text.size() || !is_lower(text[at]); }

std::string_view leading_words(std::string_view text) {
    for (std::string_view patterns = kLeading; !patterns.empty();) {
        std::string_view words = take_part(patterns, '|');
        const bool first = words.starts_with('^');
        if (first) words.remove_prefix(1);
        for (std::size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) {
            const bool placed = first ? begins_sentence(text, at) : at == 0 || !is_lower(text[at - 1]);
            if (placed && ends_word(text, at + words.size())) return words;
        }
    }
    return {};
}

// Two questions in one: nobody can say which of them was answered.
bool asks_twice(std::string_view text) {
    if (std::count(text.begin(), text.end(), '?') > 1) return true;
    if (text.find("and/or") != std::string_view::npos) return true;
    constexpr std::string_view kAnd = " and ";
    for (std::size_t at = text.find(kAnd); at != std::string_view::npos; at = text.find(kAnd, at + 1)) {
        const std::string_view rest = text.substr(at + kAnd.size());
        std::string_view begin = text.substr(0, at);
        const std::size_t stop = begin.find_last_of(".!?\n");
        if (stop != std::string_view::npos) begin.remove_prefix(stop + 1);
        if (trimmed(begin).starts_with("how ")) return true;  // "How easy and quick …"
        for (std::string_view words = "what|how|why|which|who|when|where"; !words.empty();) {
            const std::string_view word = take_part(words, '|');
            if (rest.starts_with(word) && ends_word(rest, word.size())) return true;
        }
    }
    return false;
}

void check_wording(const Lint& lint, const String& path, std::string_view text) {
    String low;
    for (const char c : text) low += lower(c);
    const std::string_view words = leading_words(low);
    if (!words.empty()) {
        lint.add("leading_wording", Severity::warning, path, {"\"", words, "\" says which answer is hoped for"},
                 R"(ask without it: "How was …?", "What …?")");
    }
    if (!asks_twice(low)) return;
    lint.add("double_barrelled", Severity::warning, path,
             {"asks two things at once; nobody can say which was answered"}, "ask one, or two questions");
}

// Returns the languages that it could not judge.
void check_wordings(const Lint& lint, const Said& said, List<std::string_view>& unjudged) {
    if (!said.is_asked) return;
    const bool plain = said.value->type() == json::Type::text;
    for (std::size_t i = 0; i < said.locales.size(); ++i) {
        const std::string_view locale = said.locales[i];
        if (!same_tag(language_of(locale), "en")) {
            join(unjudged, locale);
            continue;
        }
        const String path = plain ? said.path : joined({said.path, ".", locale});
        check_wording(lint, path, plain ? said.value->text() : said.value->members()[i].second.text());
    }
}

// ---- all of it ----

struct Languages {
    List<std::string_view> all, unjudged;
};

// Of those whose conditions test the same question one is asked, as a rule: the first counts.
bool is_another(const Value& question, List<std::string_view>& branches) {
    const Value* const when = question.find("when");
    const Value* const tested = when != nullptr ? when->find("question") : nullptr;
    if (tested == nullptr) return true;
    const auto end = branches.end();
    if (std::find(branches.begin(), end, std::string_view(tested->text())) != end) return false;
    branches.push_back(tested->text());
    return true;
}

void check_questions_of(const Lint& lint, const Survey& survey, const Value& value, const String& path,
                        Languages& languages) {
    const Value* questions = value.find("questions");
    if (questions == nullptr) return;
    List<Said> texts;
    List<std::string_view> locales;
    std::size_t asked = 0;
    List<std::string_view> branches;  // questions that conditions test
    String built_in;                  // where the recommendation question is that has no wording of its own
    for (std::size_t i = 0; i < questions->array().size(); ++i) {
        const Value& question = questions->array()[i];
        const Value* const type = question.find("type");
        const std::string_view kind = type != nullptr ? std::string_view(type->text()) : "";
        const bool said = kind == "thanks" || kind == "statement";
        const String at = joined({path, ".questions[", i, "]"});
        if (!said && is_another(question, branches)) ++asked;
        if (kind == "nps" && question.find("text") == nullptr) built_in = at;
        collect(question, {}, at, lint.document.locale, !said, texts);
    }
    for (const Said& said : texts) {
        for (const std::string_view locale : said.locales) join(locales, locale);
    }
    if (locales.empty()) locales.push_back(lint.document.locale);
    if (!built_in.empty()) check_built_in(lint, locales, built_in);
    const std::size_t follow_ups = asked > 0 ? asked - 1 : 0;
    if (follow_ups > kFewFollowUps) {
        lint.add("many_follow_ups", Severity::warning, joined({path, ".questions"}),
                 {"\"", survey.id, "\" has ", follow_ups, " follow-ups: with each fewer people come to the end"},
                 "keep two at most");
    }
    for (const Said& said : texts) {
        check_wordings(lint, said, languages.unjudged);
        check_translation(lint, said, locales);
    }
    for (const std::string_view locale : locales) join(languages.all, locale);
}

void check_survey(const Lint& lint, const Survey& survey, const Value& value, const String& path,
                  Languages& languages) {
    check_expiry(lint, survey, value, path);
    check_choice_of_people(lint, survey, path);
    check_dismissal(lint, survey, path);
    check_memory(lint, survey, path);
    check_look(lint, survey, path);
    check_questions_of(lint, survey, value, path, languages);
}

}  // namespace

List<Finding> lint(const Document& document, const json::Value& root) {
    List<Finding> findings;
    const Lint lint{document, findings};
    Languages languages;
    const Value* surveys = root.find("surveys");
    for (std::size_t i = 0; surveys != nullptr && i < document.surveys.size(); ++i) {
        check_survey(lint, document.surveys[i], surveys->array()[i], joined({"surveys[", i, "]"}), languages);
    }
    const Value* consent = root.find("consent");
    if (const Value* text = consent != nullptr ? consent->find("text") : nullptr) {
        List<Said> said;
        collect(*text, "text", "consent.text", document.locale, false, said);
        for (const Said& one : said) check_translation(lint, one, languages.all);
    }
    if (!languages.unjudged.empty()) {
        lint.add("wording_not_checked", Severity::note, "surveys",
                 {"the wording of ", list_of(languages.unjudged), " was not checked: only English is"},
                 "have a speaker look for questions that lead, or ask two things at once");
    }
    return findings;
}

}  // namespace candor::survey
