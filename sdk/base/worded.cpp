#include "base/worded.hpp"

namespace candor {

String worded(const char* reason) { return reason; }
String worded(Parts reason) { return joined(reason); }

}  // namespace candor
