/* What the examples ask, and the project that it is of. C and C++. */
#ifndef EMBED_SURVEY_H_
#define EMBED_SURVEY_H_

#define EMBED_PROJECT "embed"
#define EMBED_SURVEY "nps"
#define EMBED_DOCUMENT                                                                                       \
    "{\"candor\": 1, \"project\": \"embed\", \"revision\": 1, \"product\": \"Harbour Coffee \xE2\x98\x95\"," \
    " \"locale\": \"en\", \"surveys\": [{\"id\": \"nps\", \"kind\": \"relationship\","                       \
    " \"triggers\": [{\"event\": \"purchase_completed\"}], \"questions\": ["                                 \
    "{\"id\": \"score\", \"type\": \"nps\"},"                                                                \
    "{\"id\": \"why\", \"type\": \"text\", \"text\": \"What should we do next?\"},"                          \
    "{\"id\": \"thanks\", \"type\": \"thanks\"}]}]}"

#endif /* EMBED_SURVEY_H_ */
