# cmake -DOUT=page.cpp -DFOLDER=page -P embed.cmake: the page's files as one C++ source.

set(assets "index.html|/|text/html" "style.css|/style.css|text/css" "app.js|/app.js|text/javascript"
           "icon.svg|/icon.svg|image/svg+xml"
)
set(arrays "")
set(entries "")
set(index 0)
foreach(asset IN LISTS assets)
    string(REGEX MATCH "^([^|]*)\\|([^|]*)\\|(.*)$" matched "${asset}")
    set(name "${CMAKE_MATCH_1}")
    set(path "${CMAKE_MATCH_2}")
    set(type "${CMAKE_MATCH_3}")
    file(READ "${FOLDER}/${name}" bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(APPEND arrays "constexpr unsigned char kAsset${index}[] = {${bytes}};\n")
    string(APPEND entries "        {\"${path}\", \"${type}; charset=utf-8\", as_text(kAsset${index})},\n")
    math(EXPR index "${index} + 1")
endforeach()

file(
    WRITE "${OUT}"
    "#include \"collector/page.hpp\"

namespace candor::collector {
namespace {

${arrays}
template <class Bytes>
std::string_view as_text(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes), sizeof(bytes)};
}

}  // namespace

const std::vector<Asset>& page_assets() {
    static const std::vector<Asset> assets{
${entries}    };
    return assets;
}

}  // namespace candor::collector
"
)
