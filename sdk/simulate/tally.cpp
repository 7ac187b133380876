#include "simulate/tally.hpp"

#include <algorithm>

namespace candor::simulate {

namespace {

void make_room(SurveyTally& tally, std::int64_t days) {
    tally.people_by_prompts.resize(kMostPrompts + 1);
    tally.prompts_on.resize(static_cast<std::size_t>(days));
    tally.responses_on.resize(static_cast<std::size_t>(days));
}

}  // namespace

Diary::Diary(Tally& tally, std::size_t surveys, std::size_t segments, std::int64_t days)
    : tally_(tally), last_day_(days - 1), counts_(surveys + 1) {
    tally.surveys.resize(surveys);
    for (SurveyTally& each : tally.surveys) make_room(each, days);
    make_room(tally.all, days);
    tally.segments.resize(segments);
}

// What goes on beyond the last midnight still belongs to the last day.
std::size_t Diary::day_of(std::int64_t day) const {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(day, 0, last_day_));
}

void Diary::begin(int opinion, std::size_t segment) {
    opinion_ = static_cast<std::size_t>(opinion);
    segment_ = segment;
    ++tally_.people[opinion_];
    ++tally_.segments[segment].people[opinion_];
    for (Count& count : counts_) count = {};
}

void Diary::shown(std::size_t survey, std::int64_t day) {
    ++counts_[survey].prompts;
    ++counts_.back().prompts;
    for (SurveyTally* tally : {&tally_.surveys[survey], &tally_.all}) {
        ++tally->prompts;
        ++tally->prompts_on[day_of(day)];
    }
}

void Diary::closed(std::size_t survey, Outcome outcome) {
    for (SurveyTally* tally : {&tally_.surveys[survey], &tally_.all}) {
        ++tally->outcomes[static_cast<std::size_t>(outcome)];
    }
}

void Diary::gave(std::size_t survey, std::int64_t day, const Given& given) {
    counts_[survey].answered = counts_.back().answered = true;
    const auto score = static_cast<std::size_t>(given.score);
    for (SurveyTally* tally : {&tally_.surveys[survey], &tally_.all}) {
        ++tally->responses[score];
        ++tally->responses_on[day_of(day)][score];
        tally->control[score] += given.control ? 1 : 0;
        tally->complete += given.complete ? 1 : 0;
        tally->comments += given.comments;
    }
}

void Diary::end() {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        const Count& count = counts_[i];
        SurveyTally& tally = i < tally_.surveys.size() ? tally_.surveys[i] : tally_.all;
        ++tally.people_by_prompts[std::min(count.prompts, kMostPrompts)];
        if (count.prompts > 0) ++tally.asked[opinion_];
        if (count.answered) ++tally.answered[opinion_];
    }
    SegmentTally& segment = tally_.segments[segment_];
    segment.asked += counts_.back().prompts > 0 ? 1 : 0;
    segment.answered += counts_.back().answered ? 1 : 0;
}

std::int64_t sum(const ScoreCounts& counts) {
    std::int64_t sum = 0;
    for (const std::int64_t count : counts) sum += count;
    return sum;
}

}  // namespace candor::simulate
