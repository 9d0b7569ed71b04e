// `flowbed report`: what a recording of a link says, in numbers and as a picture.
#pragma once

#include <string>

#include "core/base/channel.hh"
#include "core/cli/options.hh"

namespace flowbed {

struct LinkReport {
  std::string text;
  Json json;
};

// Draws the picture too, unless its name is empty. Throws Error naming the file.
LinkReport report_on(const std::string& recording, const std::string& picture);

int report_recording(const Options& options);

}  // namespace flowbed
