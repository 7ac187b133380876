#include "cli/scene_view.hpp"

namespace candor::cli {

namespace {

card::Agreement agreement_of(const survey::Document& document, const Scene& scene) {
    if (document.consent.mode != survey::ConsentMode::explicit_) return card::Agreement::unneeded;
    const bool over = scene.question->type == survey::QuestionType::thanks;
    return over ? card::Agreement::given : card::Agreement::wanted;  // nobody is thanked before they agreed
}

}  // namespace

card::View view_of(const survey::Document& document, const Scene& scene, std::string_view locale) {
    card::View view;
    view.document = &document;
    view.survey = scene.survey;
    view.interview = &*scene.interview;
    view.status = scene.question->type == survey::QuestionType::thanks ? card::Status::done : card::Status::asking;
    view.locale = locale;
    view.preview = true;
    view.agreement = agreement_of(document, scene);
    return view;
}

}  // namespace candor::cli
