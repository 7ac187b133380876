// Functions of the C library, byte by byte: it goes word by word, which is code that a page would load for the few
// short texts that are looked through here.
#include <cstddef>

extern "C" {

std::size_t strlen(const char* text) {
    const char* end = text;
    while (*end != '\0') ++end;
    return static_cast<std::size_t>(end - text);
}

void* memchr(const void* bytes, int wanted, std::size_t count) {
    const char* at = static_cast<const char*>(bytes);
    for (; count != 0; --count, ++at) {
        if (*at == static_cast<char>(wanted)) return const_cast<char*>(at);
    }
    return nullptr;
}

}  // extern "C"
