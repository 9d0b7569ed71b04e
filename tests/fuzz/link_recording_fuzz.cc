// Whatever bytes come as a recording of a link: reading ends with an Error, or with one that can be reported.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "core/base/error.hh"
#include "core/report/picture.hh"
#include "core/report/summary.hh"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace flowbed::report;
  try {
    const Recording recording = read_recording({reinterpret_cast<const char*>(data), size});
    for (const Direction& direction : recording.directions)
      if (!std::ranges::is_sorted(direction.delivered, {}, &Delivery::at)) std::abort();
    (void)to_text(summarize(recording));
    (void)picture_script(recording, "link.svg");
  } catch (const flowbed::Error&) {
  }
  return 0;
}
