// SIGKILL at a chosen point: SQLite's files of this process are reached through a layer that counts what is done to
// them, and ends the process before the n-th. So a program dies between any two steps, and within each of them.
#pragma once

namespace candor::fault {

// Once, before a database is opened.
void install_kill_switch();

// Before the n-th write, sync, cut or change of a lock from now on; 0: never.
void kill_before(long operation);

// How many there were since the start.
long operations();

}  // namespace candor::fault
