// The picture of a recording: throughput against capacity, and the delay of each packet, with the drops.
#pragma once

#include <string>

#include "core/report/recording.hh"

namespace flowbed::report {

// A script for gnuplot that writes `file`, whose name ends in .svg or .png. Throws Error if it does not.
std::string picture_script(const Recording& recording, const std::string& file);

// Has gnuplot do that. Throws Error naming the remedy if there is none.
void draw_picture(const Recording& recording, const std::string& file);

}  // namespace flowbed::report
