#include "core/topo/json_formats.hh"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "core/base/units.hh"

namespace flowbed::json {
namespace {

const std::string* text_of(const Json& json) { return json.get_ptr<const std::string*>(); }

// What a parser of text makes of a JSON string.
template <class T, std::optional<T> (*parse)(std::string_view)>
std::optional<T> read_text(const Json& json) {
  const std::string* text = text_of(json);
  return text == nullptr ? std::nullopt : parse(*text);
}

template <class T>
Json write_text(const T& value) {
  return value.to_string();
}

template <class T>
std::optional<T> read_count(const Json& json) {
  if (!json.is_number_unsigned() || json.get<uint64_t>() > std::numeric_limits<T>::max()) return std::nullopt;
  return json.get<T>();
}

template <class T>
Json write_plain(const T& value) {
  return value;
}

// 100 and not 100.0
Json write_number(const double& value) {
  const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
  return whole ? Json(static_cast<int64_t>(value)) : Json(value);
}

constexpr NodeKind kKinds[] = {NodeKind::host, NodeKind::router, NodeKind::switch_, NodeKind::external_switch,
                               NodeKind::controller};

std::optional<NodeKind> parse_kind(std::string_view text) {
  for (const NodeKind kind : kKinds) {
    if (text == to_string(kind)) return kind;
  }
  return std::nullopt;
}

std::optional<IpPrefix> parse_interface_address(std::string_view text) {
  return text.find('/') == std::string_view::npos ? std::nullopt : IpPrefix::parse(text);
}

std::optional<std::optional<IpPrefix>> parse_destination(std::string_view text) {
  const auto prefix = IpPrefix::parse(text);
  if (!prefix && text != "default") return std::nullopt;
  return std::make_optional(prefix);
}

std::optional<uint64_t> read_dpid(const Json& json) {
  if (json.is_number_unsigned()) return json.get<uint64_t>();
  const std::string* text = text_of(json);
  if (text == nullptr || text->empty() || text->size() > 16) return std::nullopt;
  uint64_t dpid = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), dpid, 16);
  return fault == std::errc() && end == text->data() + text->size() ? std::optional(dpid) : std::nullopt;
}

// A string: many JSON readers keep only 53 bits of a number.
Json write_dpid(const uint64_t& dpid) {
  char digits[17];
  snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(dpid));
  return digits;
}

std::optional<CpuList> read_cpus(const Json& json) {
  if (!json.is_array()) return read_text<CpuList, parse_cpu_list>(json);
  CpuList cpus;
  for (const Json& element : json) {
    const auto cpu = read_count<uint16_t>(element);
    if (!cpu) return std::nullopt;
    cpus.push_back(*cpu);
  }
  return cpus.empty() ? std::nullopt : std::optional(sorted_cpus(std::move(cpus)));
}

std::optional<Scheduling> parse_sched(std::string_view text) {
  for (const Scheduling sched : {Scheduling::cfs, Scheduling::rt}) {
    if (text == to_string(sched)) return sched;
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_names(const Json& json) {
  const auto is_text = [](const Json& element) { return element.is_string(); };
  if (!json.is_array() || !std::all_of(json.begin(), json.end(), is_text)) return std::nullopt;
  return json.get<std::vector<std::string>>();
}

std::optional<std::vector<double>> read_numbers(const Json& json) {
  const auto is_number = [](const Json& element) { return element.is_number(); };
  if (!json.is_array() || !std::all_of(json.begin(), json.end(), is_number)) return std::nullopt;
  return json.get<std::vector<double>>();
}

std::optional<std::vector<double>> read_shares(const Json& json) {
  if (!json.is_array()) return std::nullopt;
  std::vector<double> shares;
  for (const Json& element : json) {
    const auto share = read_text<double, parse_percentage>(element);
    if (!share) return std::nullopt;
    shares.push_back(*share);
  }
  return shares;
}

Json write_shares(const std::vector<double>& shares) {
  Json list = Json::array();
  for (const double share : shares) list.push_back(format_percentage(share));
  return list;
}

}  // namespace

const Format<std::string> kText{
    "a string in double quotes",
    [](const Json& json) { return json.is_string() ? std::optional(json.get<std::string>()) : std::nullopt; },
    write_plain<std::string>};

const Format<std::vector<std::string>> kNames{"a list of names; write e.g. [\"c0\"]", read_names,
                                              write_plain<std::vector<std::string>>};

const Format<bool> kFlag{
    "true or false",
    [](const Json& json) { return json.is_boolean() ? std::optional(json.get<bool>()) : std::nullopt; },
    write_plain<bool>};

const Format<double> kNumber{
    "a number",
    [](const Json& json) { return json.is_number() ? std::optional(json.get<double>()) : std::nullopt; },
    write_number};

const Format<std::vector<double>> kNumbers{"a list of numbers; write e.g. [-1, 0, 3]", read_numbers,
                                           write_plain<std::vector<double>>};
const Format<std::vector<double>> kShares{"a list of shares; write e.g. [\"1%\", \"20%\"]", read_shares,
                                          write_shares};

const Format<uint64_t> kCount64{"a whole number from 0 to 18446744073709551615", read_count<uint64_t>,
                                write_plain<uint64_t>};
const Format<uint16_t> kCount16{"a whole number from 0 to 65535", read_count<uint16_t>,
                                write_plain<uint16_t>};
const Format<uint32_t> kCount32{"a whole number from 0 to 4294967295", read_count<uint32_t>,
                                write_plain<uint32_t>};

const Format<NodeKind> kNodeKind{"a kind of node; valid: host, router, switch, external-switch, controller",
                                 read_text<NodeKind, parse_kind>,
                                 [](const NodeKind& k) { return Json(to_string(k)); }};

const Format<MacAddress> kMac{"a MAC address; write e.g. 02:00:00:00:00:01",
                              read_text<MacAddress, MacAddress::parse>, write_text<MacAddress>};

const Format<IpAddress> kIp{"an IP address; write e.g. 10.0.0.1", read_text<IpAddress, IpAddress::parse>,
                            write_text<IpAddress>};

const Format<IpPrefix> kInterfaceAddress{
    "an address with the length of its network's prefix; write e.g. 10.0.0.1/8",
    read_text<IpPrefix, parse_interface_address>, write_text<IpPrefix>};

const Format<std::optional<IpPrefix>> kDestination{
    "a destination; write \"default\" or a network, e.g. 10.1.0.0/16",
    read_text<std::optional<IpPrefix>, parse_destination>,
    [](const std::optional<IpPrefix>& to) { return Json(to ? to->to_string() : "default"); }};

const Format<uint64_t> kDpid{"a datapath id; write up to 16 hexadecimal digits, e.g. \"0000000000000001\"",
                             read_dpid, write_dpid};

const Format<uint64_t> kRate{"a rate; write e.g. 10Mbit", read_text<uint64_t, parse_rate>,
                             [](const uint64_t& rate) { return Json(format_rate(rate)); }};

const Format<Duration> kTime{"a time; write e.g. 10ms", read_text<Duration, parse_duration>,
                             [](const Duration& time) { return Json(format_duration(time)); }};

const Format<double> kShare{"a share; write e.g. 1%", read_text<double, parse_percentage>,
                            [](const double& share) { return Json(format_percentage(share)); }};

const Format<double> kFraction{"a share of the whole machine; write e.g. 0.2", kNumber.read, write_number};

const Format<CpuList> kCpus{"a list of processors; write e.g. \"0-1\" or [0, 1]", read_cpus,
                            [](const CpuList& cpus) { return Json(format_cpu_list(cpus)); }};

const Format<uint64_t> kSize{"an amount of memory; write e.g. 100MB", read_text<uint64_t, parse_size>,
                             [](const uint64_t& bytes) { return Json(format_size(bytes)); }};

const Format<Scheduling> kSched{"a way of scheduling; valid: cfs, rt", read_text<Scheduling, parse_sched>,
                                [](const Scheduling& sched) { return Json(to_string(sched)); }};

const Format<LinkBackend> kLinkBackend{"a way to emulate links; valid: auto, qdisc, ferry",
                                       read_text<LinkBackend, parse_link_backend>,
                                       [](const LinkBackend& backend) { return Json(to_string(backend)); }};

}  // namespace flowbed::json
