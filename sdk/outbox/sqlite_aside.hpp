// The files beside the database, and how one takes the other's place so that a crash at any point loses neither:
//
//   <path>.salvaging     what was saved, being written; worth nothing yet
//   <path>.salvaged      the same, whole and synced, on its way to <path>
//   <path>.damaged[-wal] what was set aside
//   <path>.denied        that the person said no (sqlite_denial.hpp)
//
// All of it under the lock of those who open (sqlite_file.cpp).
#pragma once

#include <system_error>

#include "base/string.hpp"

namespace candor::outbox::sqlite {

String salvaging_name(const String& path);
String damaged_name(const String& path);

// Sets the database aside and puts what was written as salvaging_name in its place.
std::error_code put_in_place(const String& path);

// What a crash has interrupted is finished, or begun anew where nothing was moved yet.
std::error_code finish_interrupted(const String& path);

// Removes what was set aside; false if something of it is still there.
bool remove_set_aside(const String& path);

// That files have come, gone and changed names in the directory is durable.
std::error_code sync_directory_of(const String& path);

}  // namespace candor::outbox::sqlite
