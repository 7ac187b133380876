// What is imported from the page, and how functions are exported to it. No import calls back into this module: answers
// come later, by the candor_*_done functions.
#pragma once

#include "candor/candor.h"

#define HOST(name) __attribute__((import_module("host"), import_name("host_" #name)))
#define EXPORT(name) extern "C" __attribute__((export_name(#name), used))

extern "C" {
HOST(transact) void host_transact(void* context, uint32_t ticket, const candor_store_request* request);
HOST(close_store) void host_close_store(void* context);
}
