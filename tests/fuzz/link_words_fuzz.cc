// Whatever is written of a link: an Error, or a shape.
#include <cstdint>
#include <cstdlib>

#include "core/base/error.hh"
#include "core/topo/link_words.hh"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace flowbed;
  try {
    parse_link_words({reinterpret_cast<const char*>(data), size});
  } catch (const Error&) {
  }
  return 0;
}
