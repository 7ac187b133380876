// That a person said no, kept a second time as an empty file beside the database: it outlives whatever befalls the
// database, and its being there is all that it says. It is written before the commit that denies and removed after the
// one that takes the denial back, so that a crash in between errs to the no.
#pragma once

#include "outbox/sqlite.hpp"

namespace candor::outbox::sqlite {

bool has_denial(const String& path);

// Durable when it returns true; the reason is in errno else.
bool write_denial(const String& path);

// A sound database is right about it: the file comes or goes as that has the record. Waits for other writers.
int reconcile_denial(sqlite3* db, const String& path);

}  // namespace candor::outbox::sqlite
