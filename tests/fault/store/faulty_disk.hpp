// A disk that fails when it is told to, between SQLite and the files of a test: a layer of SQLite's files and, for what
// the store does past SQLite, of the system's calls that rename and remove. In the test's process alone.
#pragma once

#include <functional>

namespace candor::fault {

enum class Fault {
    none,
    io_error,  // one operation fails, the next works again
    full,      // from there on nothing can be written
    torn,      // half of what was to be written is; then the process is dead
    // From there on nothing works; of what was written and not synced nothing, or every second piece, comes to the
    // disk.
    power_cut,
    power_cut_reordered,
};

// Makes this layer SQLite's usual way to files. Once.
void install_faulty_disk();

// The fault strikes at the k-th operation from here on. `on_death` is called when it is one after which nothing works.
void arm(Fault fault, long operation, std::function<void()> on_death = {});

// Whether it struck. All works again; what a power cut takes is taken: everything must be closed by then.
bool disarm();

}  // namespace candor::fault
