// The dashboard's files, compiled in.
#pragma once

#include <string_view>
#include <vector>

namespace candor::collector {

struct Asset {
    std::string_view path;  // "/style.css"; "/" is the page
    std::string_view type;
    std::string_view content;
};

const std::vector<Asset>& page_assets();

}  // namespace candor::collector
