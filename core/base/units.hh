// Quantities with units, as people write them in topologies and on the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hh"

namespace flowbed {

// "10ms", "1.5s", "200us", "30ns". A unit is required, except for 0.
std::optional<Duration> parse_duration(std::string_view text);
std::string format_duration(Duration d);  // shortest exact form that parse_duration reads back

// Bits a second: "10Mbit", "1.5Gbit", "64kbit", "9600bit" (decimal prefixes). A unit is required.
std::optional<uint64_t> parse_rate(std::string_view text);
// The same, and as iperf writes it: "10M", "1.5G", "64K", "9600".
std::optional<uint64_t> parse_bandwidth(std::string_view text);
std::string format_rate(uint64_t bits_per_second);  // exact form that parse_rate reads back

// Bytes: "100MB", "1.5GB" (decimal), "64MiB" (binary), "4096B". A unit is required.
std::optional<uint64_t> parse_size(std::string_view text);
std::string format_size(uint64_t bytes);  // the shortest exact form

// A share as "1%" or "0.5%"; returned as a fraction, 0 … 1.
std::optional<double> parse_percentage(std::string_view text);
std::string format_percentage(double fraction);

std::string format_number(double value);  // shortest exact form: 0.2

// "9.53 Gbits/sec": three significant digits, as iperf prints a throughput.
std::string format_throughput(double bits_per_second);

}  // namespace flowbed
