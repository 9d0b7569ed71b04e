// The three numbers that a port has, as types that do not convert into each other.
#pragma once

#include <cstdint>

namespace flowbed::sw {

enum class PortNo : uint32_t {
};  // in the datapath, and so in flow keys and actions: unique in one switchd, dense
enum class OfPort : uint32_t {};   // in its bridge: the number that people see and OpenFlow uses, from 1
enum class IfIndex : uint32_t {};  // of the kernel's interface, unique in its namespace

constexpr uint32_t to_number(PortNo port) { return static_cast<uint32_t>(port); }
constexpr uint32_t to_number(OfPort port) { return static_cast<uint32_t>(port); }
constexpr uint32_t to_number(IfIndex index) { return static_cast<uint32_t>(index); }

}  // namespace flowbed::sw
