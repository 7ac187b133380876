// Each type of question, and the ways through a survey that branches.
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "everything.hpp"
#include "interview/interview.hpp"

using namespace candor;
using namespace candor::interview;

namespace {

const survey::Document kDocument = fixture::everything();
const survey::Survey& kSurvey = kDocument.surveys[0];

const survey::Question& question(const char* id) {
    for (const survey::Question& question : kSurvey.questions) {
        if (question.id == id) return question;
    }
    FAIL("no question " << id);
    return kSurvey.questions[0];
}

std::string answers(const Interview& interview) {
    json::Writer out;
    out.object();
    write_answers(out, kSurvey, interview);
    return out.end().take();
}

// A walk that must be allowed all the way.
Interview walk(std::initializer_list<std::pair<const char*, Given>> steps) {
    Interview interview = begin(kSurvey);
    for (const auto& [id, what] : steps) {
        const auto refused = give(kSurvey, interview, id, what);
        if (refused) FAIL(describe(*refused));
    }
    return interview;
}

std::string refusal(Interview interview, const char* id, const Given& what) {
    const Interview before = interview;
    const auto refused = give(kSurvey, interview, id, what);
    if (!refused) return "accepted";
    CHECK(interview == before);
    return describe(*refused);
}

const Given kNothing{};

}  // namespace

TEST_CASE("All types in one interview, and what goes out of it") {
    const Interview interview = walk({{"hello", kNothing},
                                      {"liked", {5, {}}},
                                      {"food", {{}, "  ", {"b"}}},
                                      {"more", {{}, "figs", {"other", "a"}}},
                                      {"effort", {7, {}}},
                                      {"words", {{}, "well"}}});
    CHECK(interview.current == "thanks");
    CHECK(complete(kSurvey, interview));
    CHECK(answers(interview) ==
          R"({"answers":[{"question":"liked","type":"csat","score":5},)"
          R"({"question":"food","type":"single","choices":["b"]},)"
          R"({"question":"more","type":"multiple","choices":["a","other"],"text":"figs"},)"
          R"({"question":"effort","type":"ces","score":7},{"question":"words","type":"text","text":"well"}]})");
    CHECK(*read_back(kSurvey, write(interview)) == interview);
}

TEST_CASE("What is skipped or only read is no answer") {
    Interview interview = walk({{"hello", kNothing}});
    CHECK(interview.current == "liked");
    CHECK_FALSE(answered(interview));
    CHECK(answers(interview) == R"({"answers":[]})");
    interview = walk({{"hello", kNothing}, {"liked", {2, {}}}, {"effort", kNothing}});
    CHECK(complete(kSurvey, interview));
    CHECK(answered(interview));
    CHECK(answers(interview) == R"({"answers":[{"question":"liked","type":"csat","score":2}]})");
}

TEST_CASE("A changed answer takes back what it had led to, and all that this had led to") {
    Interview interview = walk({{"hello", kNothing},
                                {"liked", {4, {}}},
                                {"food", {{}, "", {"a"}}},
                                {"more", {{}, "", {"other"}}},
                                {"effort", {1, {}}},
                                {"words", {{}, "all of it"}}});
    interview = *given(kSurvey, interview, "food", {{}, "", {"c"}});
    CHECK(find_answer(interview, "more") == nullptr);
    CHECK(find_answer(interview, "words") == nullptr);  // which hung on `more` alone
    CHECK(find_answer(interview, "effort") != nullptr);
    CHECK(complete(kSurvey, interview));
    interview = *given(kSurvey, interview, "liked", {2, {}});
    CHECK(find_answer(interview, "food") == nullptr);
    CHECK(interview.current == "thanks");
    interview = *given(kSurvey, interview, "liked", {3, {}});
    CHECK(interview.current == "food");
}

TEST_CASE("What no question takes is refused, and nothing changes") {
    const Interview liked = walk({{"hello", kNothing}, {"liked", {4, {}}}});
    CHECK(refusal(liked, "liked", {0, {}}) == "answer.liked: must be from 1 to 5, is 0");
    CHECK(refusal(liked, "liked", {6, {}}) == "answer.liked: must be from 1 to 5, is 6");
    CHECK(refusal(liked, "liked", kNothing) == "answer.liked: must not be empty");
    CHECK(refusal(liked, "liked", {{}, "five"}) == "answer.liked: takes no text");
    CHECK(refusal(liked, "liked", {4, "x"}) == "answer.liked: takes no text");
    CHECK(refusal(liked, "liked", {{}, "", {"a"}}) == "answer.liked: has no such choice, or one twice");
    CHECK(refusal(liked, "food", kNothing) == "answer.food: must not be empty");
    CHECK(refusal(liked, "food", {1, {}}) == "answer.food: takes no score");
    CHECK(refusal(liked, "food", {{}, "", {"x"}}) == "answer.food: has no such choice, or one twice");
    CHECK(refusal(liked, "food", {{}, "", {"a", "a"}}) == "answer.food: has no such choice, or one twice");
    CHECK(refusal(liked, "food", {{}, "", {"a", "b"}}) == "answer.food: takes one choice");
    CHECK(refusal(liked, "food", {{}, "figs", {"a"}}) == "answer.food: takes no text");
    CHECK(refusal(liked, "food", {{}, "figs", {}}) == "answer.food: takes no text");
    CHECK(refusal(liked, "food", {{}, "\xff", {"other"}}) == "answer.food: is not UTF-8");
    CHECK(refusal(liked, "food", {{}, "", {"other"}}) == "accepted");
    CHECK(refusal(liked, "more", {{}, "", {"a"}}) == "answer.more: is not asked after these answers");
    CHECK(refusal(liked, "hello", {{}, "hi"}) == "answer.hello: takes no text");
    CHECK(refusal(liked, "thanks", kNothing) == "answer.thanks: the survey has no such question");
}

TEST_CASE("Back goes over the questions that are asked, with what was chosen") {
    Interview interview = walk({{"hello", kNothing}, {"liked", {4, {}}}, {"food", {{}, "figs", {"other"}}}});
    CHECK(interview.current == "more");
    interview = gone_back(kSurvey, interview);
    CHECK(interview.current == "food");
    CHECK(drafts(interview, "food"));
    CHECK(interview.draft == "figs");
    CHECK(interview.picked == List<String>{"other"});
    CHECK(*read_back(kSurvey, write(interview)) == interview);
    interview = gone_back(kSurvey, interview);
    CHECK(interview.current == "liked");
    interview = *given(kSurvey, interview, "liked", {1, {}});
    CHECK(interview.current == "effort");
    CHECK(before(kSurvey, interview, "effort")->id == "liked");
}

TEST_CASE("What was begun stays with its question, whatever comes between") {
    Interview interview = walk({{"hello", kNothing}, {"liked", {4, {}}}, {"food", {{}, "", {"a"}}}});
    interview.picked = {"a", "c"};
    interview = gone_back(kSurvey, interview);
    CHECK_FALSE(drafts(interview, "food"));
    const Interview forth = *given(kSurvey, interview, "food", {{}, "", {"b"}});
    CHECK(forth.current == "more");
    CHECK(drafts(forth, "more"));
    CHECK(forth.picked == List<String>{"a", "c"});
    interview = gone_back(kSurvey, interview);
    CHECK(interview.current == "liked");
    // To another way through the survey: what was begun is not about the question that comes now.
    interview = *given(kSurvey, interview, "liked", {1, {}});
    CHECK(interview.current == "effort");
    CHECK_FALSE(drafts(interview, "effort"));
}

TEST_CASE("A bad record of what was begun costs no more than that") {
    const Interview interview = walk({{"hello", kNothing}, {"liked", {4, {}}}});
    const std::string bytes = write(interview);
    const auto with = [&](const char* more) { return bytes.substr(0, bytes.size() - 1) + more + "}"; };
    CHECK(*read_back(kSurvey, with(R"(,"picked":["x",7,"a"])")) == [&] {
        Interview picked = interview;
        picked.picked = {"a"};
        return picked;
    }());
    CHECK(*read_back(kSurvey, with(R"(,"picked":["a"],"drafted":"nobody")")) == interview);
    CHECK_FALSE(read_back(kSurvey, with(R"(,"picked":"a")")));
}

TEST_CASE("Answers that the survey does not take are refused when read") {
    const auto read_answers = [](const char* answers) {
        return read_back(kSurvey,
                         std::string(R"({"version":1,"current":"liked","answers":[{"question":"hello","text":""})") +
                             answers + "]}")
            .has_value();
    };
    CHECK(read_answers(""));
    CHECK(read_answers(R"(,{"question":"liked","score":3},{"question":"food","choices":["a"]})"));
    CHECK_FALSE(read_answers(R"(,{"question":"liked","score":0})"));
    CHECK_FALSE(read_answers(R"(,{"question":"liked","score":3},{"question":"food","choices":[]})"));
    CHECK_FALSE(read_answers(R"(,{"question":"liked","score":3},{"question":"food","choices":[7]})"));
    CHECK_FALSE(read_answers(R"(,{"question":"liked","score":3},{"question":"food","choices":["a"],"score":1})"));
    CHECK_FALSE(read_answers(R"(,{"question":"liked","score":2},{"question":"food","choices":["a"]})"));
}

TEST_CASE("The order of choices is the same for one interview, and another for others") {
    survey::Question asked = question("food");
    const Order plain = order_of(asked, 7);
    CHECK(plain[0] == 0);
    CHECK(plain[3] == 3);
    asked.shuffle = true;
    std::set<Order> orders;
    std::size_t first[3] = {};
    for (int i = 0; i < 3000; ++i) {
        const std::uint32_t seed = seed_of("submission " + std::to_string(i));
        const Order order = order_of(asked, seed);
        CHECK(order == order_of(asked, seed));
        REQUIRE(order[3] == 3);  // where one may write stands last
        orders.insert(order);
        ++first[order[0]];
    }
    CHECK(orders.size() == 6);
    // Of 3000 each third is 1000, give or take five standard deviations.
    for (const std::size_t count : first) CHECK((count > 870 && count < 1130));
}

TEST_CASE("The report is about the recommendation, else a scale, else a choice") {
    CHECK(main_question(kSurvey)->id == "liked");
    const Interview interview = walk({{"hello", kNothing}, {"liked", {2, {}}}});
    CHECK(score(kSurvey, interview) == 2);
    CHECK_FALSE(band(kSurvey, interview));  // two of five says nothing of who recommends
    CHECK(wording(kDocument, kSurvey, "en").starts_with(R"({"id":"custom","version":0,"locale":"en","hash":")"));
    survey::Survey scored = kSurvey;
    scored.questions.push_back(fixture::nps_question());
    CHECK(main_question(scored)->id == "score");
    survey::Survey chosen = kSurvey;
    chosen.questions = {question("words"), question("more"), question("food")};
    CHECK(main_question(chosen)->id == "more");
    CHECK(wording(kDocument, chosen, "ar").starts_with(R"({"id":"custom","version":0,"locale":"ar")"));
}

TEST_CASE("Texts of choices and links in the person's language, with names filled in") {
    survey::Document document = kDocument;
    survey::Survey& survey = document.surveys[0];
    survey.questions[2].choices[0].text = {{"en", "{product} apples"}, {"ar", "تفاح"}};
    const Interview interview = begin(survey);
    CHECK(text_of({document, survey, interview, "en"}, survey.questions[2].choices[0]) == "Acme apples");
    CHECK(text_of({document, survey, interview, "ar-EG"}, survey.questions[2].choices[0]) == "تفاح");
    CHECK(texts({document, survey, interview, "en"}, survey.questions[0]).link == "Why we ask");
}

TEST_CASE("How far one is counts what is asked, and what may still be") {
    const survey::Document document = fixture::everything();
    const survey::Survey& survey = document.surveys[0];
    Interview interview = begin(survey);
    int before = 0;
    const int most = progress(survey, interview, *current(survey, interview)).count;
    while (!complete(survey, interview)) {
        const survey::Question& question = *current(survey, interview);
        const Progress now = progress(survey, interview, question);
        INFO(question.id << ": " << now.number << " of " << now.count);
        CHECK(now.number == before + 1);
        CHECK(now.count >= now.number);
        CHECK(now.count <= most);
        before = now.number;
        Given given{};
        const survey::Bounds bounds = survey::scale_of(question.type);
        if (bounds.most > 0) given.score = bounds.most;
        if (survey::is_choice(question.type)) given.choices = {question.choices[0].id};
        if (question.type == survey::QuestionType::text) given.text = "words";
        REQUIRE_FALSE(give(survey, interview, question.id, given));
    }
    CHECK(before > 2);
}

TEST_CASE("Where one question or the other follows, the answer decides how many there are") {
    survey::Document document = fixture::everything();
    survey::Survey& survey = document.surveys[0];
    survey.questions = {};
    survey::Question score, low, high, thanks;
    score.id = "score";
    low.id = "low";
    high.id = "high";
    thanks.id = "thanks";
    low.type = high.type = survey::QuestionType::text;
    thanks.type = survey::QuestionType::thanks;
    low.when.question = high.when.question = "score";
    low.when.band = Band::detractor;
    high.when.band = Band::promoter;
    survey.questions = {score, low, high, thanks};
    Interview interview = begin(survey);
    CHECK(progress(survey, interview, survey.questions[0]).count == 3);  // at most
    REQUIRE_FALSE(give(survey, interview, "score", {7, {}}));
    CHECK(progress(survey, interview, survey.questions[0]).count == 1);
    REQUIRE_FALSE(give(survey, interview, "score", {9, {}}));
    const Progress now = progress(survey, interview, survey.questions[2]);
    CHECK(now.number == 2);
    CHECK(now.count == 2);
}
