// One readable line out of candor_explain's JSON.
#pragma once

#include <string>
#include <string_view>

namespace shop {

// "post-purchase: answered 2 min ago, waits 90 days" for each survey, with dots between. What cannot be read is left
// out.
std::string summary_of(std::string_view explain_json);

}  // namespace shop
