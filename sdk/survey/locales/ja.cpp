// Japanese.
#include "survey/locales/locale.hpp"

namespace candor::survey {

extern const Locale kLocaleJa;
const Locale kLocaleJa = {
    {1, "ja", "{product} を友人や同僚に薦める可能性はどのくらいありますか？", "まったく可能性がない",
     "非常に可能性が高い", false, "8b7e0513558e7565"},
    // clang-format off
    "送信\n"
    "スキップ\n"
    "閉じる\n"
    "ありがとうございました\n"
    "保存しています…\n"
    "回答を保存できませんでした。\n"
    "もう一度試す\n"
    "ここに回答を入力してください\n"
    "10 点中 {score} 点\n"
    "回答を入力してください。\n"
    "アンケート"
    // clang-format on
};

}  // namespace candor::survey
