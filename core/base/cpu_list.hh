// Lists of processors, as the kernel and taskset(1) write them: "0-3,8".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flowbed {

using CpuList = std::vector<uint16_t>;  // ascending, each once

std::optional<CpuList> parse_cpu_list(std::string_view text);  // at least one; any order, overlaps allowed
std::string format_cpu_list(const CpuList& cpus);              // shortest form

CpuList sorted_cpus(CpuList cpus);  // as every CpuList is to be

}  // namespace flowbed
