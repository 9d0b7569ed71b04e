#include "core/report/picture.hh"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <memory>

#include <fmt/format.h>
#include <sys/wait.h>

#include "core/base/error.hh"

namespace flowbed::report {
namespace {

constexpr size_t kMostSteps = 500;      // of throughput
constexpr double kShortestStep = 0.05;  // s
constexpr size_t kMostDots = 20'000;    // of delays: more cannot be told apart
constexpr int kWidth = 1000, kPanelHeight = 280;

// In gnuplot's single quotes, nothing but the quote is special.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

std::string terminal_for(const std::string& file, size_t panels) {
  const auto size = fmt::format("{},{}", kWidth, kPanelHeight * panels);
  if (file.ends_with(".svg")) return "svg size " + size + " dynamic background 'white' font 'sans,13'";
  if (file.ends_with(".png")) return "pngcairo size " + size + " font 'sans,11'";
  throw Error(file + ": a picture's name ends in .svg or .png");
}

// Lines of time and Mbit/s: what was delivered, and what could have been.
std::string throughput_data(const Recording& recording, const Direction& direction) {
  const double length = recording.end - recording.begin;
  const double step = std::max(length / static_cast<double>(kMostSteps), kShortestStep);
  std::vector<double> bits(static_cast<size_t>(length / step) + 1);
  for (const Delivery& delivery : direction.delivered) {
    const double at = (delivery.at - recording.begin) / step;
    bits[std::min(static_cast<size_t>(std::max(at, 0.0)), bits.size() - 1)] += 8.0 * delivery.bytes;
  }
  std::string data;
  for (size_t i = 0; i < bits.size(); i++) {
    const double from = recording.begin + static_cast<double>(i) * step;
    const double length_left = i == 0 ? step : std::min(step, recording.end - from);
    if (length_left < step / 2) break;  // too short to tell a rate
    const double capacity = capacity_bits(direction.capacities, from, from + length_left) / length_left / 1e6;
    fmt::format_to(std::back_inserter(data), "{:.6f} {:.6f} {}\n", from + length_left / 2,
                   bits[i] / length_left / 1e6,
                   std::isfinite(capacity) ? fmt::format("{:.6f}", capacity) : "NaN");
  }
  return data;
}

std::string delay_data(const Direction& direction) {
  const size_t stride = direction.delivered.size() / kMostDots + 1;
  std::string data;
  for (size_t i = 0; i < direction.delivered.size(); i += stride) {
    fmt::format_to(std::back_inserter(data), "{:.6f} {:.6f}\n", direction.delivered[i].at,
                   direction.delivered[i].delay * 1000);
  }
  return data;
}

std::string drop_data(const std::vector<double>& times) {
  const size_t stride = times.size() / kMostDots + 1;
  std::string data;
  for (size_t i = 0; i < times.size(); i += stride) data += fmt::format("{:.6f} 0\n", times[i]);
  return data;
}

std::string block(const std::string& name, const std::string& data) {
  return "$" + name + " << END_OF_DATA\n" + (data.empty() ? "NaN NaN NaN\n" : data) + "END_OF_DATA\n";
}

std::string panels_of(const Recording& recording, size_t n) {
  const Direction& direction = recording.directions[n];
  std::string script = block(fmt::format("throughput{}", n), throughput_data(recording, direction)) +
                       block(fmt::format("delay{}", n), delay_data(direction));
  std::string drops;
  for (const auto& [cause, times] : direction.drops) {
    const std::string name = fmt::format("{}{}", cause, n);
    script += block(name, drop_data(times));
    drops += fmt::format(
        ", ${} using 1:2 with points pointtype 2 pointsize 0.6 linecolor rgb '#c0392b' title '{}'", name,
        cause == "queue_full" ? "dropped: queue full"
        : cause == "early"    ? "dropped early"
                              : "lost");
  }
  script += fmt::format(
      "set title {} noenhanced\nset ylabel 'Mbit/s'\n"
      "plot $throughput{} using 1:3 with steps linewidth 2 linecolor rgb '#bbbbbb' title 'capacity', "
      "'' using 1:2 with lines linewidth 1.5 linecolor rgb '#1f5fa8' title 'throughput'\n",
      quoted("from " + direction.from), n);
  script += fmt::format(
      "unset title\nset ylabel 'delay (ms)'\n"
      "plot $delay{} using 1:2 with points pointtype 7 pointsize 0.2 linecolor rgb '#1f5fa8' title 'each "
      "packet'{}\n",
      n, drops);
  return script;
}

}  // namespace

std::string picture_script(const Recording& recording, const std::string& file) {
  std::vector<size_t> shown;
  for (size_t n = 0; n < recording.directions.size(); n++)
    if (recording.directions[n].arrived > 0) shown.push_back(n);
  if (shown.empty()) throw Error("nothing happened while it was recorded: there is nothing to draw");
  std::string script =
      "set terminal " + terminal_for(file, 2 * shown.size()) + "\nset output " + quoted(file) +
      "\nset encoding utf8\n" + fmt::format("set multiplot layout {},1\n", 2 * shown.size()) +
      fmt::format("set xrange [{:.6f}:{:.6f}]\n", recording.begin,
                  std::max(recording.end, recording.begin + kShortestStep)) +
      "set yrange [0:*]\nset grid linecolor rgb '#dddddd'\nset key outside right top\n"
      "set lmargin 10\nset rmargin 26\nset xlabel 'seconds'\nset border 3\nset tics nomirror\n";
  for (const size_t n : shown) script += panels_of(recording, n);
  return script + "unset multiplot\n";
}

void draw_picture(const Recording& recording, const std::string& file) {
  const std::string script = picture_script(recording, file);
  const auto before = std::signal(SIGPIPE, SIG_IGN);  // where there is no gnuplot, nobody reads
  // Its own complaints go to standard error.
  std::FILE* gnuplot = popen("exec gnuplot", "we");
  if (gnuplot == nullptr) throw SystemError("start gnuplot", errno);
  const bool written = std::fwrite(script.data(), 1, script.size(), gnuplot) == script.size();
  const int status = pclose(gnuplot);
  std::signal(SIGPIPE, before);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
    throw Error("there is no gnuplot, which draws the picture; install Debian's package gnuplot-nox");
  if (!written || status != 0) throw Error("gnuplot could not draw " + file + "; what it said is above");
}

}  // namespace flowbed::report
