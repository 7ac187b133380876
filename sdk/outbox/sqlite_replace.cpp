#include "outbox/sqlite_replace.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "base/text.hpp"
#include "outbox/damage.hpp"
#include "outbox/sqlite_aside.hpp"
#include "outbox/sqlite_denial.hpp"
#include "outbox/sqlite_file.hpp"
#include "outbox/sqlite_salvage.hpp"

namespace candor::outbox::sqlite {
namespace {

// Many times what the queue's bounds allow; more is no file of ours, and what lies beyond stays unread.
constexpr sqlite3_int64 kMostBytes = 256 << 20;
constexpr int kPiece = 1 << 20;

// A file read as SQLite reads it, and not with a descriptor of its own: to close one would end the locks that this
// process has on the file.
class RawFile {
public:
    RawFile(const String& path, int flags) : vfs_(sqlite3_vfs_find(nullptr)) {
        name_ = sqlite3_create_filename(path.c_str(), (path + "-journal").c_str(), (path + "-wal").c_str(), 0, nullptr);
        memory_ = std::make_unique<char[]>(static_cast<std::size_t>(vfs_->szOsFile));
        file_ = reinterpret_cast<sqlite3_file*>(memory_.get());
        code_ = name_ != nullptr ? vfs_->xOpen(vfs_, name_, file_, flags, nullptr) : SQLITE_NOMEM;
    }

    ~RawFile() {
        if (locked_) file_->pMethods->xShmLock(file_, 0, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
        if (mapped_) file_->pMethods->xShmUnmap(file_, 0);
        if (opened_) file_->pMethods->xUnlock(file_, SQLITE_LOCK_NONE);
        if (file_->pMethods != nullptr) file_->pMethods->xClose(file_);
        sqlite3_free_filename(name_);
    }

    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    int code() const { return code_; }

    // First the lock by which others know that they are not the last to have the file open: else one that closes it
    // would remove the log, by its name. Then the lock that each writer of the log has to have: nobody writes to the
    // file from here on, and who waits for it finds that the file was moved. Where there can be no log there is nothing
    // to lock.
    int keep_others_out() {
        if (code_ != SQLITE_OK) return code_;
        const sqlite3_io_methods& methods = *file_->pMethods;
        int code = wait_for([&] { return methods.xLock(file_, SQLITE_LOCK_SHARED); });
        if (code != SQLITE_OK || methods.iVersion < 2) return code;
        opened_ = true;
        void volatile* unused = nullptr;
        constexpr int kRegion = 32768;
        mapped_ = true;
        if (methods.xShmMap(file_, 0, kRegion, 1, &unused) != SQLITE_OK) return SQLITE_OK;
        code = wait_for([&] { return methods.xShmLock(file_, 0, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE); });
        locked_ = code == SQLITE_OK;
        return code;
    }

    int read(String& bytes) {
        sqlite3_int64 size = 0;
        int code = code_ == SQLITE_OK ? file_->pMethods->xFileSize(file_, &size) : code_;
        size = std::min(size, kMostBytes);
        if (code == SQLITE_OK) bytes.resize(static_cast<std::size_t>(size));
        for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size; at += kPiece) {
            const int piece = static_cast<int>(std::min<sqlite3_int64>(kPiece, size - at));
            code = file_->pMethods->xRead(file_, bytes.data() + at, piece, at);
        }
        return code;
    }

private:
    sqlite3_vfs* vfs_;
    sqlite3_filename name_ = nullptr;
    std::unique_ptr<char[]> memory_;
    sqlite3_file* file_ = nullptr;
    int code_ = SQLITE_OK;
    bool opened_ = false, mapped_ = false, locked_ = false;

    template <class Lock>
    static int wait_for(const Lock& lock) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyMilliseconds);
        for (;;) {
            const int code = lock();
            if (code != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline) return code;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }
};

bool log_exists(const String& path) {
    sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
    int exists = 0;
    return vfs->xAccess(vfs, (path + "-wal").c_str(), SQLITE_ACCESS_EXISTS, &exists) == SQLITE_OK && exists != 0;
}

int read_log(const String& path, String& bytes) {
    if (!log_exists(path)) return SQLITE_OK;
    return RawFile(path + "-wal", SQLITE_OPEN_READONLY | SQLITE_OPEN_WAL).read(bytes);
}

void put(List<RecordRow>& records, std::string_view key, const String& value) {
    records.erase_if([&](const RecordRow& row) { return row.record.key == key; });
    records.push_back({{String(key), value}, 1});
}

// Who said no gets back nothing but that, and what may go out all the same. A file of the first version keeps the no
// but once, and its rows cannot be told from rubbish: such a one is a no until somebody asks again.
void keep_denial(const String& path, Salvaged& saved) {
    if (!has_denial(path) && saved.version != 1) return;
    saved.records.clear();
    put(saved.records, kDeniedRecord, "1");
    saved.events.erase_if([](const QueueRow& row) { return row.event.kind != EventKind::control; });
}

// On top of what was lost before and is not reported yet.
void note_lost(Salvaged& saved) {
    const String* before = saved.find(kDamagedRecord);
    Lost lost = before != nullptr ? read_lost(*before) : Lost{};
    std::int64_t all = 0;
    for (std::size_t kind = 0; kind < lost.size(); ++kind) all += lost[kind] += saved.lost[kind];
    if (all > 0) put(saved.records, kDamagedRecord, write_lost(lost));
}

int write(sqlite3* db, const Salvaged& saved) {
    int code = execute(db, "PRAGMA page_size=4096; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=FULL; BEGIN");
    if (code == SQLITE_OK) code = create_tables(db);
    Head head;
    head.scrub = saved.scrub;
    if (code == SQLITE_OK) code = fill(db, saved.records, saved.events, head);
    return code == SQLITE_OK ? execute(db, "COMMIT") : code;
}

Result<void> build(const String& path, const Salvaged& saved) {
    sqlite3* raw = nullptr;
    int code = sqlite3_open_v2(literal(path).c_str(), &raw,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                                   SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
                               nullptr);
    const Connection db(raw);
    if (code == SQLITE_OK) code = write(db.get(), saved);
    if (code != SQLITE_OK) return tl::unexpected<Error>(failure(db.get(), code, path));
    return {};
}

String told(const String& path, const String& reason, const Salvaged& saved) {
    std::int64_t lost = 0;
    for (const std::int64_t count : saved.lost) lost += count;
    return joined({reason, "; it was set aside as ", damaged_name(path), " and a new one begun, with ",
                   digits(static_cast<std::int64_t>(saved.events.size())), " events and ",
                   digits(static_cast<std::int64_t>(saved.records.size())), " records of it; known to be lost: ",
                   digits(lost), " events, ", digits(saved.records_seen), " records"});
}

}  // namespace

String literal(const String& path) { return path.starts_with("file:") || path.starts_with(':') ? "./" + path : path; }

Result<void> replace_damaged(const String& path, const String& reason, List<String>& notices) {
    RawFile file(literal(path), SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB);
    String bytes, log;
    int code = file.keep_others_out();
    if (code == SQLITE_OK) code = read_log(literal(path), log);
    if (code == SQLITE_OK) code = file.read(bytes);
    if (code != SQLITE_OK) {
        const Error error = failure(nullptr, code, path);
        return fail(path, joined({reason, "; and it cannot be read to be set aside: ", error.reason}));
    }
    Salvaged saved = salvage(bytes, log);
    keep_denial(path, saved);
    note_lost(saved);
    if (Result<void> built = build(salvaging_name(path), saved); !built) return built;
    if (const std::error_code error = put_in_place(path)) {
        return fail(path, joined({reason, "; and it cannot be set aside: ", String(error.message())}));
    }
    notices.push_back(told(path, reason, saved));
    return {};
}

}  // namespace candor::outbox::sqlite
