// What the sanitizers see in libraries that were not built for them, and what is none of ours.
//
// Pango reads the fonts on a thread of its own, software OpenGL draws on several: their locks are invisible to
// ThreadSanitizer, since glib and Mesa bring their own. Fontconfig keeps what it read to the end.

extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\nleak:libpango\n"; }

extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
    return "race:libfontconfig\n"
           "race:libpango\n"
           "race:libcairo\n"
           "race:libglib\n"
           "race:libharfbuzz\n"
           "race:libfreetype\n"
           "race:_dri.so\n"
           "race:libSDL2\n"
           "mutex:_dri.so\n";
}
