// That a person said no, kept a second time as an empty file beside the database: it outlives whatever befalls the
// database, and its being there is all that it says. Where either says no, it is a no. So the file is written before
// the commit that denies, and removed before the one that takes the denial back: a crash in between leaves one of them.
// Both within the transaction, which keeps other processes from it.
#pragma once

#include "outbox/sqlite.hpp"

namespace candor::outbox::sqlite {

bool has_denial(const String& path);

// Durable when they return true.
bool write_denial(const String& path);
bool remove_denial(const String& path);

// At an open: where one of them is missing, it is made up for. A database that is not what it should be by the file,
// because a crash has undone the erasure or somebody has brought an older one back, is erased but for what may be sent.
int reconcile_denial(sqlite3* db, const String& path);

}  // namespace candor::outbox::sqlite
