// By https://www.sqlite.org/fileformat2.html: sections 1.3 (header), 1.5 (freelist), 1.6 (b-tree pages), 1.7
// (overflow), 2.1 (records), 4 (the write-ahead log).
#include "outbox/sqlite_pages.hpp"

namespace candor::outbox::sqlite {
namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kLogHeader = 32;
constexpr std::size_t kFrameHeader = 24;
constexpr std::size_t kMostColumns = 16;  // more than any table of ours

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
std::size_t short_at(std::string_view bytes, std::size_t at) {
    return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

// Moves `at` behind it; false at the bytes' end.
bool read_varint(std::string_view bytes, std::size_t& at, std::uint64_t& value) {
    value = 0;
    for (int i = 0; i < 9; ++i) {
        if (at >= bytes.size()) return false;
        const unsigned byte = byte_at(bytes, at++);
        if (i == 8) {
            value = value << 8 | byte;
            return true;
        }
        value = value << 7 | (byte & 0x7f);
        if (byte < 0x80) return true;
    }
    return true;
}

// ---- the log ----

class LogSum {
public:
    explicit LogSum(bool big_endian) : big_endian_(big_endian) {}

    void add(std::string_view bytes) {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            first_ += word(bytes, at) + second_;
            second_ += word(bytes, at + 4) + first_;
        }
    }

    bool is(std::uint32_t first, std::uint32_t second) const { return first_ == first && second_ == second; }

private:
    bool big_endian_;
    std::uint32_t first_ = 0, second_ = 0;

    std::uint32_t word(std::string_view bytes, std::size_t at) const {
        const std::uint32_t word = number_at(bytes, at);
        return big_endian_ ? word : word >> 24 | (word >> 8 & 0xff00) | (word << 8 & 0xff0000) | word << 24;
    }
};

// ---- rows ----

class RowReader {
public:
    RowReader(const Pages& pages, const std::function<void(const Row&)>& take) : pages_(pages), take_(take) {
        // A sound file has each byte in one row: what claims much more repeats itself.
        budget_ = 2 * pages.size() * pages.page_size() + 4096;
    }

    void read_page(std::size_t number) {
        const std::string_view page = pages_.page(number);
        if (page.empty()) return;
        const std::size_t header = number == 1 ? 100 : 0;
        const unsigned type = byte_at(page, header);
        const bool inner = type == 2;
        if (type != 13 && type != 10 && !inner) return;
        const std::size_t first = header + (inner ? 12 : 8);
        const std::size_t count = short_at(page, header + 3);
        for (std::size_t i = 0; i < count && first + 2 * i + 2 <= page.size(); ++i) {
            read_cell(page, short_at(page, first + 2 * i) + (inner ? 4 : 0), type != 13);
        }
    }

private:
    const Pages& pages_;
    const std::function<void(const Row&)>& take_;
    std::size_t budget_ = 0;
    String whole_;  // of a row that goes on in other pages
    Row row_;

    void read_cell(std::string_view page, std::size_t at, bool of_index) {
        std::uint64_t size = 0, row_id = 0;
        if (!read_varint(page, at, size) || (!of_index && !read_varint(page, at, row_id))) return;
        if (size > budget_) return;
        std::string_view payload;
        if (!read_payload(page, at, static_cast<std::size_t>(size), of_index, payload)) return;
        budget_ -= static_cast<std::size_t>(size);
        row_.of_index = of_index;
        row_.row_id = static_cast<std::int64_t>(row_id);
        if (read_columns(payload)) take_(row_);
    }

    bool read_payload(std::string_view page, std::size_t at, std::size_t size, bool of_index,
                      std::string_view& payload) {
        const std::size_t usable = pages_.page_size();
        const std::size_t most = of_index ? (usable - 12) * 64 / 255 - 23 : usable - 35;
        const std::size_t least = (usable - 12) * 32 / 255 - 23;
        std::size_t here = size;
        if (size > most) {
            here = least + (size - least) % (usable - 4);
            if (here > most) here = least;
        }
        if (at + here + (here < size ? 4 : 0) > page.size()) return false;
        payload = page.substr(at, here);
        if (here == size) return true;
        whole_ = payload;
        if (!read_overflow(number_at(page, at + here), size)) return false;
        payload = whole_;
        return true;
    }

    // However the chain may loop, it adds bytes at each page, and ends with the row's size.
    bool read_overflow(std::size_t number, std::size_t size) {
        while (whole_.size() < size) {
            if (number == 0 || number > pages_.size() || pages_.page(number).empty()) return false;
            const std::string_view page = pages_.page(number);
            whole_.append(page.substr(4, size - whole_.size()));
            number = number_at(page, 0);
        }
        return true;
    }

    bool read_columns(std::string_view payload) {
        row_.columns.clear();
        std::size_t at = 0;
        std::uint64_t header = 0;
        if (!read_varint(payload, at, header) || header > payload.size()) return false;
        std::size_t value = static_cast<std::size_t>(header);
        while (at < header) {
            std::uint64_t type = 0;
            if (row_.columns.size() == kMostColumns || !read_varint(payload.substr(0, header), at, type)) return false;
            if (!read_value(payload, type, value)) return false;
        }
        return true;
    }

    bool read_value(std::string_view payload, std::uint64_t type, std::size_t& at) {
        constexpr std::size_t kSizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
        Column& column = row_.columns.emplace_back();
        if (type == 10 || type == 11) return false;
        const std::uint64_t size = type < 10 ? kSizes[type] : (type - 12) / 2;
        if (size > payload.size() - at) return false;
        const std::string_view bytes = payload.substr(at, static_cast<std::size_t>(size));
        at += bytes.size();
        if (type >= 12) {
            column.type = type % 2 == 0 ? Column::Type::bytes : Column::Type::other;
            column.bytes = bytes;
        } else if (type == 7) {
            column.type = Column::Type::other;
        } else if (type != 0) {
            column.type = Column::Type::integer;
            column.integer = type == 9 ? 1 : whole_number(bytes);
        }
        return true;
    }

    static std::int64_t whole_number(std::string_view bytes) {
        std::uint64_t value = !bytes.empty() && byte_at(bytes, 0) >= 0x80 ? ~std::uint64_t{0} : 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) value = value << 8 | byte_at(bytes, i);
        return static_cast<std::int64_t>(value);
    }
};

}  // namespace

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint32_t>(short_at(bytes, at) << 16 | short_at(bytes, at + 2));
}

std::size_t read_page_size(std::string_view file) {
    if (file.size() < 100 || !file.starts_with(kMagic)) return kUsualPageSize;
    const std::size_t stored = short_at(file, 16);
    const std::size_t size = stored == 1 ? 65536 : stored;
    return size >= 512 && (size & (size - 1)) == 0 ? size : kUsualPageSize;
}

Pages::Pages(std::string_view file, std::string_view log, std::size_t page_size) : page_size_(page_size) {
    for (std::size_t at = 0; at < file.size(); at += page_size) {
        const std::string_view page = file.substr(at, page_size);
        pages_.push_back(page.size() == page_size ? page : std::string_view());
    }
    lay_over(log);
}

// A frame counts if it and all before it are as they were written, and if a commit stands at or behind it.
void Pages::lay_over(std::string_view log) {
    if (log.size() < kLogHeader || (number_at(log, 0) | 1) != 0x377f0683 || number_at(log, 8) != page_size_) return;
    LogSum sum((number_at(log, 0) & 1) != 0);
    sum.add(log.substr(0, 24));
    if (!sum.is(number_at(log, 24), number_at(log, 28))) return;
    struct Frame {
        std::size_t number = 0;
        std::string_view page;
    };
    List<Frame> waiting;
    const std::size_t frame_size = kFrameHeader + page_size_;
    for (std::size_t at = kLogHeader; at + frame_size <= log.size(); at += frame_size) {
        const std::string_view frame = log.substr(at, frame_size);
        const std::string_view page = frame.substr(kFrameHeader);
        if (frame.substr(8, 8) != log.substr(16, 8)) return;
        sum.add(frame.substr(0, 8));
        sum.add(page);
        if (!sum.is(number_at(frame, 16), number_at(frame, 20))) return;
        waiting.push_back({number_at(frame, 0), page});
        const std::size_t size = number_at(frame, 4);
        if (size == 0) continue;
        // A file cannot have grown by more pages than the log has.
        if (size > pages_.size() + log.size() / frame_size) return;
        pages_.resize(size);
        for (const Frame& one : waiting) {
            if (one.number >= 1 && one.number <= size) pages_[one.number - 1] = one.page;
        }
        waiting.clear();
    }
}

// A list that does not add up is taken for none: better a deleted row again, which its id tells, than a live one lost.
List<bool> Pages::free_pages() const {
    List<bool> free(size());
    if (size() == 0 || page(1).empty() || !page(1).starts_with(kMagic)) return free;
    std::size_t found = 0;
    const auto mark = [&](std::size_t number) {
        if (number < 2 || number > size() || free[number - 1]) return false;
        free[number - 1] = true;
        ++found;
        return true;
    };
    bool sound = true;
    for (std::size_t trunk = number_at(page(1), 32); sound && trunk != 0;) {
        sound = mark(trunk) && !page(trunk).empty();
        if (!sound) break;
        const std::string_view list = page(trunk);
        const std::size_t count = number_at(list, 4);
        sound = count <= page_size_ / 4 - 2;
        for (std::size_t i = 0; sound && i < count; ++i) sound = mark(number_at(list, 8 + 4 * i));
        trunk = number_at(list, 0);
    }
    return sound && found == number_at(page(1), 36) ? free : List<bool>(size());
}

void each_row(const Pages& pages, const std::function<void(const Row&)>& take) {
    const List<bool> free = pages.free_pages();
    RowReader reader(pages, take);
    for (std::size_t number = 1; number <= pages.size(); ++number) {
        if (!free[number - 1]) reader.read_page(number);
    }
}

}  // namespace candor::outbox::sqlite
