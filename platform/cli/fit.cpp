#include "cli/fit.hpp"

#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "card/card.hpp"
#include "card/text_block.hpp"
#include "cli/desktop_text.hpp"
#include "cli/scene_view.hpp"

namespace candor::cli {

namespace {

using card::TextRun;
using survey::Document;
using survey::Finding;
using survey::LocalizedText;
using survey::Question;
using survey::Survey;

constexpr float kHighEnough = 16'384;  // of a surface on which no card need scroll
constexpr float kWideEnough = 1e6f;

// ---- text: the desktop's, and what it was asked ----

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};

// Measures as an app on the desktop does, and remembers how much room each text was given.
class Measurer {
public:
    static Result<std::unique_ptr<Measurer>> create(std::string_view locale) {
        std::string why;
        DesktopText text = text_for(locale, why);
        if (!text) return fail("", why);
        return std::unique_ptr<Measurer>(new Measurer(std::move(text), locale));
    }

    const card::TextMeasurer& host() const { return host_; }

    float width(std::string_view text, const card::TextStyle& style) const {
        Arena memory;
        return card::break_text(memory, inner_, text, style, kWideEnough).width;
    }

    std::optional<float> room(std::string_view text, const card::TextStyle& style) const {
        const auto same = [&](const Asked& asked) { return asked.text == text && asked.px == style.px; };
        const auto last = std::find_if(asked_.rbegin(), asked_.rend(), same);
        if (last != asked_.rend()) return last->room;
        return std::nullopt;
    }

    void forget() { asked_.clear(); }

    // Whether a line may end before each byte of the text, as Pango's own line breaks have it.
    std::vector<bool> breaks(const std::string& text) const {
        const std::unique_ptr<PangoLayout, Unref> layout(pango_layout_new(context_.get()));
        pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
        int count = 0;
        const PangoLogAttr* attributes = pango_layout_get_log_attrs_readonly(layout.get(), &count);
        std::vector<bool> out(text.size() + 1, false);
        const char* at = text.data();
        for (int i = 0; i < count; ++i) {
            const auto byte = static_cast<std::size_t>(at - text.data());
            if (byte > text.size()) break;
            out[byte] = attributes[i].is_line_break != 0;
            at = g_utf8_next_char(at);
        }
        return out;
    }

private:
    struct Asked {
        std::string text;
        float px, room;
    };

    Measurer(DesktopText text, std::string_view locale)
        : text_(std::move(text)),
          inner_(*candor_desktop_text_interface(text_.get())),
          host_(inner_),
          fonts_(pango_cairo_font_map_new()),
          context_(pango_font_map_create_context(fonts_.get())) {
        pango_context_set_language(context_.get(), pango_language_from_string(std::string(locale).c_str()));
        host_.context = this;
        host_.metrics = [](void* self, const candor_text_style* style, candor_text_metrics* metrics) {
            const card::TextMeasurer& inner = static_cast<Measurer*>(self)->inner_;
            inner.metrics(inner.context, style, metrics);
        };
        host_.lines = [](void* self, candor_string given, const candor_text_style* style, float room,
                         candor_text_line* lines, std::size_t capacity) {
            Measurer& measurer = *static_cast<Measurer*>(self);
            measurer.asked_.push_back({std::string(given.data, given.size), style->px, room});
            return measurer.inner_.lines(measurer.inner_.context, given, style, room, lines, capacity);
        };
        host_.caret = [](void* self, candor_string line, const candor_text_style* style, std::size_t byte) {
            const card::TextMeasurer& inner = static_cast<Measurer*>(self)->inner_;
            return inner.caret(inner.context, line, style, byte);
        };
    }

    DesktopText text_;
    card::TextMeasurer inner_, host_;
    std::unique_ptr<PangoFontMap, Unref> fonts_;
    std::unique_ptr<PangoContext, Unref> context_;
    std::vector<Asked> asked_;
};

// ---- words that were cut ----

struct Cut {
    std::string word;
    float excess = 0;
};

// The runs of a node are parts of one text.
std::string whole_text(std::span<const TextRun> runs) {
    const char* end = runs.back().text.data() + runs.back().text.size();
    return {runs.front().text.data(), end};
}

void find_cuts(std::span<const TextRun> runs, const Measurer& measurer, std::vector<Cut>& cuts) {
    if (runs.size() < 2) return;
    const std::string text = whole_text(runs);
    const std::vector<bool> may_break = measurer.breaks(text);
    std::size_t done = 0;
    for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
        const char* const line_end = runs[i].text.data() + runs[i].text.size();
        const auto at = static_cast<std::size_t>(line_end - runs.front().text.data());
        if (line_end != runs[i + 1].text.data() || may_break[at] || at < done) continue;
        std::size_t begin = at, end = at;
        while (begin > 0 && !may_break[begin]) --begin;
        while (end < text.size() && !may_break[end]) ++end;
        done = end;
        const std::string_view word = trimmed(std::string_view(text).substr(begin, end - begin));
        const std::optional<float> room = measurer.room(text, runs[i].style);
        if (room) cuts.push_back({std::string(word), measurer.width(word, runs[i].style) - *room});
    }
}

// ---- where it stands ----

// Below a question, or in it, the text that holds these words in that language.
std::optional<String> path_to(const json::Value& value, const String& path, std::string_view words,
                              std::string_view locale) {
    if (value.type() == json::Type::text) {
        if (value.text().find(words) == std::string_view::npos) return std::nullopt;
        return path;
    }
    for (std::size_t i = 0; i < value.array().size(); ++i) {
        if (auto found = path_to(value.array()[i], joined({path, "[", i, "]"}), words, locale)) return found;
    }
    std::optional<String> elsewhere;
    for (const auto& [key, member] : value.members()) {
        if (key == "description") continue;
        auto found = path_to(member, joined({path, ".", key}), words, locale);
        if (found && (member.type() != json::Type::text || survey::same_tag(key, locale))) return found;
        if (found && !elsewhere) elsewhere = std::move(found);
    }
    return elsewhere;
}

const json::Value* step(const json::Value* value, std::string_view key, String& path) {
    const json::Value* next = value == nullptr ? nullptr : value->find(key);
    if (next == nullptr) return value;
    path = joined({path, ".", key});
    return next;
}

// Of the wording that this scene shows.
String path_of_wording(const json::Value& question, String path, const Scene& scene, std::string_view locale) {
    const json::Value* at = step(&question, "text", path);
    if (at == &question) return path;
    if (scene.band) {
        const Band band = *scene.band;
        at = step(at, band == Band::promoter ? "promoter" : band == Band::passive ? "passive" : "detractor", path);
    }
    step(at, locale, path);
    return path;
}

// ---- languages ----

void add_locales(const LocalizedText& texts, std::vector<std::string>& out) {
    for (const survey::LocaleText& text : texts) {
        const auto same = [&](const std::string& known) { return survey::same_tag(known, text.first); };
        if (std::none_of(out.begin(), out.end(), same)) out.emplace_back(text.first);
    }
}

// The document's own, and those of the survey's texts.
std::vector<std::string> locales_of(const Document& document, const Survey& survey) {
    std::vector<std::string> out{std::string(document.locale)};
    for (const Question& question : survey.questions) {
        for (const LocalizedText* texts :
             {&question.text.always, &question.text.promoter, &question.text.passive, &question.text.detractor,
              &question.low_label, &question.high_label, &question.placeholder, &question.link.text}) {
            add_locales(*texts, out);
        }
        for (const survey::Choice& choice : question.choices) add_locales(choice.text, out);
    }
    return out;
}

// ---- cards ----

std::string pixels(float length) {
    const int whole = static_cast<int>(std::ceil(length));
    return std::to_string(whole) + (whole == 1 ? " pixel" : " pixels");
}

class Fitting {
public:
    Fitting(const Document& document, const json::Value& root) : document_(document), root_(root) {}

    Result<List<Finding>> run() {
        for (std::size_t i = 0; i < document_.surveys.size(); ++i) {
            const Survey& survey = document_.surveys[i];
            const std::vector<Scene> scenes = scenes_of(survey);
            for (const std::string& locale : locales_of(document_, survey)) {
                auto measurer = Measurer::create(locale);
                if (!measurer) return fail("", std::string(measurer.error().reason));
                measurer_ = std::move(*measurer);
                locale_ = locale;
                for (const Scene& scene : scenes) {
                    if (scene.interview) look_at(scene, i);
                }
            }
        }
        add_hidden();
        return std::move(findings_);
    }

private:
    struct Hidden {
        String path;
        std::string locale;
        float excess = 0;
    };

    void look_at(const Scene& scene, std::size_t survey) {
        const auto number = static_cast<std::size_t>(scene.question - scene.survey->questions.begin());
        question_path_ = joined({"surveys[", survey, "].questions[", number, "]"});
        question_ = &root_.find("surveys")->array()[survey].find("questions")->array()[number];
        Excess excess;
        for (const bool begun : {false, true}) {
            Scene state = scene;
            if (begun && !begin_answer(*scene.question, *state.interview)) continue;
            measurer_->forget();
            const card::Card whole = card_of(state, kHighEnough);
            const card::Card shown = card_of(state, kSmallestHeight);
            if (shown.window) excess.add(whole, shown);
            for (const card::Node& node : whole.nodes) add_cuts(node);
        }
        if (excess.of_asked > 0) {
            add_scroll(scene, excess.of_asked);
        } else if (excess.of_all > 0) {
            hide_scale(excess.of_all);
        }
    }

    // By how much a card is too high: as a whole, and from where its last question begins. What is above that has been
    // answered, and a card begins to be read at its end.
    struct Excess {
        float of_all = 0, of_asked = 0;

        void add(const card::Card& whole, const card::Card& shown) {
            const float all = whole.rect.height - shown.rect.height;
            const card::Node* last = whole.find("follow-up");
            const bool below = last != nullptr && whole.scale_rows > 0;
            const float asked = whole.rect.y + whole.rect.height - (below ? last->rect.y : 0);
            of_all = std::max(of_all, all);
            of_asked = std::max(of_asked, below ? asked - shown.window->height : all);
        }
    };

    // What makes a card higher while it is answered: the field of "something else". And a text that may be sent.
    static bool begin_answer(const Question& question, interview::Interview& interview) {
        if (survey::is_choice(question.type) && question.choices.back().other) {
            interview.picked.push_back(question.choices.back().id);
            return true;
        }
        if (question.type == survey::QuestionType::text) interview.draft = "x";
        return question.type == survey::QuestionType::text;
    }

    card::Card card_of(const Scene& scene, float height) const {
        card::Options surface;
        surface.width = kSmallestWidth;
        surface.height = height;
        surface.reduced_motion = true;
        return card::layout(view_of(document_, scene, locale_), card::Ui{}, surface, measurer_->host(),
                            &card::kDrawnEntry);
    }

    void add_scroll(const Scene& scene, float excess) {
        add({"card_scrolls", survey::Severity::warning, path_of_wording(*question_, question_path_, scene, locale_),
             joined({"in ", std::string_view(locale_), " the card is ", std::string_view(pixels(excess)),
                     " higher than a surface of ", kSmallestWidth, " by ", kSmallestHeight,
                     " has room for: there it has to be scrolled"}),
             "make its texts shorter, or ask in two questions"});
    }

    // Told once of a question, with the language in which it is worst.
    void hide_scale(float excess) {
        const auto same = [&](const Hidden& known) { return known.path == question_path_; };
        const auto known = std::find_if(hidden_.begin(), hidden_.end(), same);
        if (known == hidden_.end()) {
            hidden_.push_back({question_path_, locale_, excess});
        } else if (excess > known->excess) {
            *known = {question_path_, locale_, excess};
        }
    }

    void add_hidden() {
        for (const Hidden& hidden : hidden_) {
            add({"scale_out_of_sight", survey::Severity::note, hidden.path,
                 joined({"on a surface of ", kSmallestWidth, " by ", kSmallestHeight,
                         " there is no room for all of the answered scale above it: at most ",
                         std::string_view(pixels(hidden.excess)), " are scrolled out of sight, in ",
                         std::string_view(hidden.locale)}),
                 "nothing need be done; shorter texts show more of it"});
        }
    }

    void add_cuts(const card::Node& node) {
        std::vector<Cut> cuts;
        find_cuts(node.runs, *measurer_, cuts);
        for (const Cut& cut : cuts) {
            const std::string_view word = cut.word;
            std::optional<String> path = path_to(*question_, question_path_, word, locale_);
            const json::Value* consent = root_.find("consent");
            if (!path && consent != nullptr) path = path_to(*consent, "consent", word, locale_);
            add({"word_cut", survey::Severity::warning, path ? *path : question_path_,
                 joined({"in ", std::string_view(locale_), " \"", word, "\" is ", std::string_view(pixels(cut.excess)),
                         " wider than its line on a surface of ", kSmallestWidth, ": there it is cut in two"}),
                 "take a shorter word, or put a blank or a hyphen into it"});
        }
    }

    // The same text may be on several cards.
    void add(Finding finding) {
        const auto same = [&](const Finding& known) {
            return known.code == finding.code && known.path == finding.path && known.reason == finding.reason;
        };
        if (std::none_of(findings_.begin(), findings_.end(), same)) findings_.push_back(std::move(finding));
    }

    const Document& document_;
    const json::Value& root_;
    std::unique_ptr<Measurer> measurer_;
    std::string locale_;
    const json::Value* question_ = nullptr;
    String question_path_;
    List<Finding> findings_;
    std::vector<Hidden> hidden_;
};

}  // namespace

Result<List<Finding>> misfits(std::string_view text) {
    const auto document = survey::read_document(text, json::Reading::tools);
    if (!document) return fail("", std::string(describe(document.error())));
    const json::Value root = *json::parse(text);
    return Fitting(*document, root).run();
}

}  // namespace candor::cli
