// A database file and its log read as bytes, without SQLite: whatever is a page of rows is looked at, also where the
// tree that leads to it is broken. Nothing in the bytes is trusted. Pure; a file of any content ends soon.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/list.hpp"
#include "base/string.hpp"

namespace candor::outbox::sqlite {

struct Column {
    enum class Type { null, integer, bytes, other };
    Type type = Type::null;
    std::int64_t integer = 0;
    std::string_view bytes;  // as long as the call
};

struct Row {
    bool of_index = false;  // of an index, or of a table without row ids
    std::int64_t row_id = 0;
    List<Column> columns;
};

// The pages as SQLite would see them: those of the file, and over them the newest that were committed to the log.
class Pages {
public:
    // Views, which must live as long. `page_size` as in read_page_size.
    Pages(std::string_view file, std::string_view log, std::size_t page_size);

    std::size_t size() const { return pages_.size(); }
    std::size_t page_size() const { return page_size_; }
    std::string_view page(std::size_t number) const { return pages_[number - 1]; }  // from 1 to size()
    // Free pages hold what was deleted. All false where the list of them is damaged.
    List<bool> free_pages() const;

private:
    std::size_t page_size_;
    List<std::string_view> pages_;  // a page that is cut off is empty

    void lay_over(std::string_view log);
};

constexpr std::size_t kUsualPageSize = 4096;

// As the file's header has it, if that may be.
std::size_t read_page_size(std::string_view file);

// Big-endian, at an offset that is within.
std::uint32_t number_at(std::string_view bytes, std::size_t at);

// Each row of each page that is not free, as far as it can be read.
void each_row(const Pages& pages, const std::function<void(const Row&)>& take);

}  // namespace candor::outbox::sqlite
