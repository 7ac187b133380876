// Japanese. No speaker of the language has reviewed it yet.
#include "survey/locales/locale.hpp"

namespace candor::survey {

// clang-format off
const char kLocaleJa[] =
    "ja\n"
    "{product} を友人や同僚に薦める可能性はどのくらいありますか？\n"
    "まったく可能性がない\n"
    "非常に可能性が高い\n"
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
    "アンケート";
// clang-format on

}  // namespace candor::survey
