// What a page's loader wrote down while the core was not there.
#pragma once

#include "base/list.hpp"
#include "client/ledger.hpp"
#include "client/people.hpp"
#include "client/task.hpp"
#include "outbox/store.hpp"

namespace candor::client {

// Takes the entries into the history, in the order of time; docs/wire.md has them. False: something could not be read.
bool fold_journal(const Step& step, const List<outbox::Record>& journal, People& people, Ledger& ledger);

}  // namespace candor::client
