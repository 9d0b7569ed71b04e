// How single values are written in JSON: one Format a quantity, for reading, for writing and for the message
// when something else stands there.
#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "core/topo/topology.hh"

namespace flowbed::json {

using Json = nlohmann::json;

template <class T>
struct Format {
  const char* wanted;  // completes "… is not": "a time; write e.g. 10ms"
  std::optional<T> (*read)(const Json&);
  Json (*write)(const T&);
};

extern const Format<std::string> kText;
extern const Format<std::vector<std::string>> kNames;
extern const Format<bool> kFlag;
extern const Format<double> kNumber;
extern const Format<std::vector<double>> kNumbers;
extern const Format<std::vector<double>> kShares;
extern const Format<uint64_t> kCount64;
extern const Format<uint16_t> kCount16;
extern const Format<uint32_t> kCount32;
extern const Format<NodeKind> kNodeKind;
extern const Format<MacAddress> kMac;
extern const Format<IpAddress> kIp;
extern const Format<IpPrefix> kInterfaceAddress;            // the length of the prefix is demanded
extern const Format<std::optional<IpPrefix>> kDestination;  // nothing is "default"
extern const Format<uint64_t> kDpid;
extern const Format<uint64_t> kRate;
extern const Format<Duration> kTime;
extern const Format<double> kShare;
extern const Format<double> kFraction;  // a share as a plain number
extern const Format<CpuList> kCpus;     // read as "0-1,3" or [0, 1, 3]
extern const Format<uint64_t> kSize;
extern const Format<Scheduling> kSched;
extern const Format<LinkBackend> kLinkBackend;

}  // namespace flowbed::json
