// A document with two surveys, to be changed in one place and read.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "survey/document.hpp"

namespace candor::survey::testing {

inline constexpr std::string_view kSample = R"({
"candor": 1, "project": "shop", "revision": 3, "product": "Acme Shop", "locale": "en",
"consent": {"mode": "notice", "policy": "2026-01", "text": "We store your answer."},
"theme": {"light": {"accent": "#2563eb"}, "dark": {"accent": "#60A5FA", "background": "#000000", "text": "#ffffff"}, "radius": 16},
"surveys": [
{"id": "first", "kind": "relationship", "wave": "2026-q4",
 "triggers": [{"session": 3}, {"screen": "home", "count": 2}],
 "wait": {"answered": 90, "dismissed": 30, "shown": 0.5},
 "sample": {"percent": 12.5},
 "questions": [{"id": "score", "type": "nps"},
   {"id": "reason", "type": "text", "text": {"promoter": {"en": "Why so high?", "de": "Warum so hoch?"}, "detractor": "Why so low?"}},
   {"id": "thanks", "type": "thanks", "text": "Thanks"}]},
{"id": "second", "kind": "transactional",
 "triggers": [{"event": "purchase_completed"}], "delay": 2,
 "questions": [{"id": "score", "type": "nps", "text": "Your own?", "low": "no", "high": {"en": "yes"}},
   {"id": "more", "type": "text", "text": "More?", "placeholder": "Here", "optional": false},
   {"id": "thanks", "type": "thanks"}]}
]})";

// One survey with each type of question and each kind of condition.
inline constexpr std::string_view kEverything = R"({
"candor": 1, "project": "shop", "revision": 1, "product": "Acme",
"surveys": [{"id": "all", "kind": "transactional", "triggers": [{"event": "e"}], "questions": [
  {"id": "hello", "type": "statement", "text": "Hello!", "link": {"url": "https://acme.example/why", "text": "Why we ask"}},
  {"id": "score", "type": "nps", "optional": true},
  {"id": "effort", "type": "ces", "text": "It was easy.", "low": "Disagree", "high": "Agree", "optional": true},
  {"id": "liked", "type": "csat", "text": "And the order?", "low": "Bad", "high": "Good",
   "when": {"question": "score", "from": 3, "to": 10}},
  {"id": "why", "type": "single", "text": {"detractor": "What failed?", "passive": "What lacked?"}, "shuffle": true,
   "choices": [{"id": "price", "text": "Price"}, {"id": "speed", "text": {"en": "Speed", "de": "Tempo"}},
     {"id": "else", "text": "Something else", "other": true}], "placeholder": "What?"},
  {"id": "more", "type": "multiple", "text": "What else?", "optional": true,
   "choices": [{"id": "app", "text": "App"}, {"id": "shop", "text": "Shop"}],
   "when": {"any": [{"question": "score", "band": "promoter"},
     {"all": [{"question": "why", "answer": "price"}, {"question": "effort", "from": 4}]}]}},
  {"id": "words", "type": "text", "text": "In your words?", "when": {"question": "more", "answer": "app"}},
  {"id": "thanks", "type": "thanks"}]}]})";

inline std::string replaced(std::string_view sample, std::string_view from, std::string_view to) {
    std::string text(sample);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

// The sample with the first `from` replaced by `to`; `from` must be there.
inline std::string changed(std::string_view from, std::string_view to) { return replaced(kSample, from, to); }

inline Document read(std::string_view text, json::Reading reading = json::Reading::tools) {
    auto document = read_document(text, reading);
    if (!document) FAIL(describe(document.error()));
    return std::move(*document);
}

}  // namespace candor::survey::testing
