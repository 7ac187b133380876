#include "collector/summary.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "collector/event.hpp"

namespace candor::collector {
namespace {

using json::Value;
using Key = std::tuple<std::string, std::string, std::string>;  // project, survey, wave
using Waves = std::map<Key, WaveSummary>;

WaveSummary& wave_of(Waves& waves, const Statement& row) {
    Key key{row.text(0), row.text(1), row.text(2)};
    auto [found, is_new] = waves.try_emplace(key);
    if (is_new) std::tie(found->second.project, found->second.survey, found->second.wave) = key;
    return found->second;
}

// Runs a statement and hands each row to `take`.
template <class Take>
Result<void> each_row(Statement& statement, Take take) {
    for (;;) {
        const auto row = statement.step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return {};
        take(statement);
    }
}

template <class Take>
Result<void> query(Connection& connection, const char* sql, Take take) {
    auto statement = connection.prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    return each_row(*statement, take);
}

void add_scores(WaveSummary& wave, const Statement& row) {
    const std::int64_t n = row.integer(6);
    wave.kind = row.text(7);
    if (row.integer(3) != 0) {
        wave.test += n;
        return;
    }
    wave.responses += n;
    if (row.integer(5) != 0) wave.complete += n;
    if (const auto score = row.optional_integer(4)) wave.counts.at(static_cast<std::size_t>(*score)) += n;
    wave.last_answer = std::max(wave.last_answer.value_or(0), row.integer(8));
}

Result<void> read_scores(Connection& connection, Waves& waves) {
    return query(connection, R"(
        SELECT project, survey, wave, test, score, complete, count(*), max(kind), max(answered_at)
        FROM responses GROUP BY project, survey, wave, test, score, complete)",
                 [&](const Statement& row) { add_scores(wave_of(waves, row), row); });
}

Result<void> read_persons(Connection& connection, Waves& waves) {
    return query(connection, R"(
        SELECT project, survey, wave, count(DISTINCT person) FROM responses
        WHERE test = 0 AND json_array_length(data, '$.answers') > 0 GROUP BY project, survey, wave)",
                 [&](const Statement& row) { wave_of(waves, row).persons_answered = row.integer(3); });
}

Result<void> read_exposures(Connection& connection, Waves& waves) {
    return query(connection, R"(
        SELECT project, survey, wave, state, sum(persons), max(kind), sum(moments) FROM exposures
        GROUP BY project, survey, wave, state)",
                 [&](const Statement& row) {
                     WaveSummary& wave = wave_of(waves, row);
                     wave.exposures[row.text(3)] = row.integer(4);
                     wave.moments[row.text(3)] = row.integer(6);
                     if (wave.kind.empty()) wave.kind = row.text(5);
                 });
}

Result<void> read_shares(Connection& connection, const char* sql, Waves& waves,
                         std::vector<Share> WaveSummary::*shares) {
    return query(connection, sql, [&](const Statement& row) {
        (wave_of(waves, row).*shares).push_back({row.text(3), row.integer(4)});
    });
}

QuestionSummary& question_of(WaveSummary& wave, const Statement& row) {
    const std::string question = row.text(3), type = row.text(4);
    if (wave.questions.empty() || wave.questions.back().question != question || wave.questions.back().type != type) {
        wave.questions.push_back({question, type, 0, {}});
    }
    return wave.questions.back();
}

// A response counts once at its question, and once at each of its choices: `choice` is null in the row of the former.
Result<void> read_questions(Connection& connection, Waves& waves) {
    return query(connection, R"(
        WITH answers AS (
            SELECT project, survey, wave, json_extract(a.value, '$.question') AS question,
                json_extract(a.value, '$.type') AS answer_type, a.value AS answer
            FROM responses, json_each(responses.data, '$.answers') AS a
            WHERE test = 0 AND json_extract(a.value, '$.type') IN ('csat', 'ces', 'single', 'multiple'))
        SELECT project, survey, wave, question, answer_type, NULL AS choice, count(*) FROM answers GROUP BY 1, 2, 3, 4, 5
        UNION ALL
        SELECT project, survey, wave, question, answer_type, c.value, count(*)
        FROM answers, json_each(json_array(json_extract(answer, '$.score'))) AS c
        WHERE c.value IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
        UNION ALL
        SELECT project, survey, wave, question, answer_type, c.value, count(*)
        FROM answers, json_each(answer, '$.choices') AS c GROUP BY 1, 2, 3, 4, 5, 6
        ORDER BY 1, 2, 3, 4, 5, 6)",
                 [&](const Statement& row) {
                     QuestionSummary& question = question_of(wave_of(waves, row), row);
                     row.is_null(5) ? question.n = row.integer(6) : question.counts[row.text(5)] = row.integer(6);
                 });
}

Result<void> read_comments(Connection& connection, WaveSummary& wave, std::int64_t limit) {
    auto statement = connection.prepare(R"(
        SELECT score, comment, answered_at, locale, platform, complete FROM responses
        WHERE project = ?1 AND survey = ?2 AND wave = ?3 AND test = 0 AND comment IS NOT NULL
        ORDER BY answered_at DESC, row DESC LIMIT ?4)");
    if (!statement) return tl::unexpected(statement.error());
    statement->bind(wave.project, wave.survey, wave.wave, limit);
    return each_row(*statement, [&](const Statement& row) {
        wave.comments.push_back(
            {row.optional_integer(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.integer(5) != 0});
    });
}

Result<void> read_dropped(Connection& connection, std::vector<DroppedCount>& dropped) {
    return query(connection, "SELECT project, kind, reason, count FROM dropped ORDER BY project, kind, reason",
                 [&](const Statement& row) {
                     dropped.push_back({row.text(0), row.text(1), row.text(2), row.integer(3)});
                 });
}

Result<void> read_all(Connection& connection, std::int64_t comment_limit, Summary& summary) {
    constexpr const char* kWordings = R"(
        SELECT project, survey, wave, wording, count(*) FROM responses
        WHERE test = 0 AND score IS NOT NULL
        GROUP BY project, survey, wave, wording ORDER BY count(*) DESC, wording)";
    constexpr const char* kPresentations = R"(
        SELECT project, survey, wave, presentation, count(*) FROM responses
        WHERE test = 0 AND score IS NOT NULL
        GROUP BY project, survey, wave, presentation ORDER BY count(*) DESC, presentation)";
    Waves waves;
    auto done = read_scores(connection, waves);
    if (done) done = read_persons(connection, waves);
    if (done) done = read_exposures(connection, waves);
    if (done) done = read_shares(connection, kWordings, waves, &WaveSummary::wordings);
    if (done) done = read_shares(connection, kPresentations, waves, &WaveSummary::presentations);
    if (done) done = read_questions(connection, waves);
    if (done) done = read_dropped(connection, summary.dropped);
    for (auto& [key, wave] : waves) {
        if (done) done = read_comments(connection, wave, comment_limit);
        summary.waves.push_back(std::move(wave));
    }
    return done;
}

// JSON of our own making, from the file.
Value embedded(const std::string& text) { return json::parse(text).value_or(Value()); }

Value shares_to_json(const std::vector<Share>& shares) {
    Value list = json::Array{};
    for (const Share& share : shares) {
        Value item = embedded(share.what);
        if (item.type() == json::Type::object) list.push(item.set("n", share.n));
    }
    return list;
}

// A language is no presentation: translations are meant to be pooled.
constexpr const char* kAspects[] = {"rows", "order", "layout", "input", "painter"};

// What a presentation says of an aspect; nothing where it does not say.
std::string aspect_of(const Value& presentation, const char* aspect) {
    const Value* said = presentation.find(aspect);
    if (!said) return "";
    if (said->type() == json::Type::text) return std::string(std::string_view(said->text()));
    return said->integer() == 0 ? "" : json::dump(*said);
}

// In what the presentations behind one score differ: of each such aspect, how many responses had which, the most first.
Value pooled_to_json(const std::vector<Share>& presentations) {
    Value pooled = json::Members{};
    for (const char* aspect : kAspects) {
        std::map<std::string, std::int64_t> counts;
        for (const Share& share : presentations) counts[aspect_of(embedded(share.what), aspect)] += share.n;
        if (counts.size() < 2) continue;
        std::vector<std::pair<std::string, std::int64_t>> most(counts.begin(), counts.end());
        std::stable_sort(most.begin(), most.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
        Value list = json::Array{};
        for (const auto& [value, n] : most) {
            Value item = json::Members{};
            list.push(item.set("value", value.empty() ? Value() : Value(value)).set("n", n));
        }
        pooled.set(aspect, std::move(list));
    }
    return pooled;
}

const char* band_name(std::int64_t score) {
    switch (band_of(static_cast<int>(score))) {
        case Band::detractor: return "detractor";
        case Band::passive: return "passive";
        case Band::promoter: return "promoter";
    }
    return "";
}

Value comments_to_json(const std::vector<Comment>& comments) {
    Value list = json::Array{};
    for (const Comment& comment : comments) {
        Value item = json::Members{};
        item.set("score", comment.score ? Value(*comment.score) : Value());
        item.set("group", comment.score ? Value(band_name(*comment.score)) : Value());
        item.set("text", comment.text);
        item.set("at", rfc3339(comment.at));
        item.set("locale", comment.locale);
        item.set("platform", comment.platform);
        item.set("complete", comment.complete);
        list.push(std::move(item));
    }
    return list;
}

// Nothing when no score was given: there is no NPS of nobody.
Value interval_to_json(const Nps& score) {
    if (score.n == 0) return {};
    Value interval = json::Members{};
    interval.set("low", score.low).set("high", score.high).set("level", 0.95);
    return interval.set("method", "adjusted Wald");
}

// The rate is null while it cannot be known: nobody reported as shown, or more answers than reports so far.
Value response_rate_to_json(std::int64_t answered, std::int64_t shown) {
    const bool known = shown > 0 && answered <= shown;
    Value rate = json::Members{};
    rate.set("answered", answered).set("shown", shown);
    return rate.set("rate", known ? Value(static_cast<double>(answered) / static_cast<double>(shown)) : Value());
}

Value states_to_json(const std::map<std::string, std::int64_t>& counts) {
    Value states = json::Members{};
    for (const std::string& state : exposure_states()) {
        const auto found = counts.find(state);
        states.set(state, found == counts.end() ? std::int64_t{0} : found->second);
    }
    return states;
}

Value questions_to_json(const std::vector<QuestionSummary>& questions) {
    Value list = json::Array{};
    for (const QuestionSummary& question : questions) {
        Value counts = json::Members{};
        for (const auto& [answer, n] : question.counts) counts.set(answer, n);
        Value item = json::Members{};
        item.set("question", question.question).set("type", question.type).set("n", question.n);
        list.push(item.set("counts", std::move(counts)));
    }
    return list;
}

Value wave_to_json(const WaveSummary& wave) {
    const Nps score = nps(wave.counts);
    Value counts = json::Array{};
    for (const std::int64_t count : wave.counts) counts.push(count);
    Value item = json::Members{};
    item.set("project", wave.project).set("survey", wave.survey).set("wave", wave.wave);
    item.set("kind", wave.kind).set("n", score.n).set("counts", std::move(counts));
    item.set("promoters", score.promoters).set("passives", score.passives);
    item.set("detractors", score.detractors);
    item.set("nps", score.n > 0 ? Value(score.score) : Value());
    item.set("interval", interval_to_json(score));
    item.set("responses", wave.responses).set("complete", wave.complete);
    item.set("partial", wave.responses - wave.complete).set("test", wave.test);
    item.set("persons_answered", wave.persons_answered).set("persons_shown", persons_shown(wave));
    item.set("response_rate", response_rate_to_json(wave.persons_answered, persons_shown(wave)));
    item.set("exposures", states_to_json(wave.exposures));
    if (wave.kind == "transactional") item.set("moments", states_to_json(wave.moments));
    item.set("last_answer", wave.last_answer ? Value(rfc3339(*wave.last_answer)) : Value());
    item.set("wordings", shares_to_json(wave.wordings));
    item.set("presentations", shares_to_json(wave.presentations));
    item.set("pooled", pooled_to_json(wave.presentations));
    item.set("questions", questions_to_json(wave.questions));
    return item.set("comments", comments_to_json(wave.comments));
}

}  // namespace

Result<std::string> read_state(Connection& connection) {
    std::string state;
    const auto done = query(connection, "SELECT name || '-' || changes FROM state",
                            [&](const Statement& row) { state = row.text(0); });
    if (!done) return tl::unexpected(done.error());
    return state;
}

Result<Summary> read_summary(Connection& connection, std::int64_t comment_limit) {
    Summary summary;
    if (auto done = connection.run("BEGIN"); !done) return tl::unexpected(done.error());
    const auto done = read_all(connection, comment_limit, summary);
    // Nothing was written: there is nothing that could fail to be undone.
    static_cast<void>(connection.run("ROLLBACK"));
    if (!done) return tl::unexpected(done.error());
    return summary;
}

std::int64_t persons_shown(const WaveSummary& wave) {
    std::int64_t sum = 0;
    for (const char* state : {"shown", "snoozed", "dismissed", "answered"}) {
        const auto found = wave.exposures.find(state);
        if (found != wave.exposures.end()) sum += found->second;
    }
    // Differences can arrive out of order, so that a sum lies below zero for a while.
    return std::max(sum, std::int64_t{0});
}

json::Value to_json(const Summary& summary) {
    Value surveys = json::Array{};
    for (const WaveSummary& wave : summary.waves) surveys.push(wave_to_json(wave));
    Value dropped = json::Array{};
    for (const DroppedCount& count : summary.dropped) {
        Value item = json::Members{};
        item.set("project", count.project).set("kind", count.kind);
        dropped.push(item.set("reason", count.reason).set("count", count.count));
    }
    Value value = json::Members{};
    return value.set("surveys", std::move(surveys)).set("dropped", std::move(dropped));
}

}  // namespace candor::collector
