// The engine over one person's whole life: what the client does with the moments that a host tells it, without a disk,
// a window and a clock.
#pragma once

#include <cstdint>
#include <optional>

#include "base/maybe.hpp"
#include "decide/decide.hpp"
#include "history/history.hpp"
#include "simulate/person.hpp"
#include "simulate/tally.hpp"
#include "simulate/visits.hpp"

namespace candor::simulate {

// A prompt on screen, and how it will end.
struct Card {
    std::size_t survey = 0;
    String wave;
    String touchpoint;
    bool control = false;  // asked for the control share
    Outcome outcome = Outcome::left_alone;
    Instant closes = kNever;  // left alone: with the visit
};

class Life {
public:
    // All of them must outlive it.
    Life(const Crowd& crowd, const decide::Prepared& prepared, const Settings& settings, Diary& diary);

    // Somebody's, from beginning to end. An error: the interview refused an answer, which is a fault of the simulation.
    Maybe<Error> live(std::uint64_t number);

private:
    const Crowd& crowd_;
    const decide::Prepared& prepared_;
    const Settings& settings_;
    Diary& diary_;

    Somebody somebody_;
    history::Person person_;
    decide::Profile profile_;
    decide::Draws draws_;
    decide::Situation situation_;
    std::optional<Random> responses_;
    std::optional<Card> card_;
    Instant wake_ = kNever;  // when deciding could come to something, no card being open
    Instant leaves_ = 0;     // the end of the visit, which a card that is being answered puts off
    Maybe<Error> error_;
    Visit visit_;

    void introduce();
    void draw_buckets(Instant now);
    void attend();
    void tell(decide::MomentKind kind, std::string_view name, Instant at);
    // What is due by then and was not done yet: one step of it. False: nothing is.
    bool turn_before(Instant until);
    void decide_at(Instant now);
    void show(const decide::Choice& choice, Instant now);
    void close(Instant now);
    void answer(Instant now);
    void set_wake(Instant now);
    const survey::Survey& survey_of(const Card& card) const { return prepared_.document().surveys[card.survey]; }
    const Response& response() const { return crowd_.kinds()[somebody_.segment].segment->response; }
    std::int64_t day_of(Instant at) const { return (at - crowd_.population().start) / kDay; }
};

}  // namespace candor::simulate
