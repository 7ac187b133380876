// The HTTP library is a shared one that was not built for ThreadSanitizer: how its pool hands a socket from thread to
// thread is hidden from it, and looks like a race inside the library.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "race:libcpp-httplib\n"; }
