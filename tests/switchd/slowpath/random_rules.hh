// Random rules as text: matches and actions that fit together more often than not, of few values each, so
// that rules overlap and packets meet them.
#pragma once

#include <random>
#include <string>

namespace flowbed::sw {

class RandomRules {
 public:
  static constexpr unsigned kTables = 4;
  // What packets a match is for, as far as that decides which fields and actions they have.
  enum Protocol {
    kAny,
    kIp,
    kTcp,
    kUdp,
    kIcmp,
    kArp,
    kIpv6,
    kTcp6,
    kUdp6,
    kIcmp6,
    kNd,
    kMpls,
    kPbb,
    kProtocols
  };

  explicit RandomRules(std::mt19937& random) : random_(random) {}

  std::string match(Protocol protocol);
  std::string actions(Protocol protocol);
  std::string instructions(Protocol protocol, unsigned table);
  std::string bucket(const std::string& type);  // of a group

  unsigned pick(size_t below) { return static_cast<unsigned>(random_() % below); }
  bool one_in(unsigned n) { return pick(n) == 0; }
  std::string number(unsigned below) { return std::to_string(pick(below)); }
  template <size_t N>
  std::string one_of(const char* const (&words)[N]) {
    return words[pick(N)];
  }
  std::string address() { return "10.0.0." + std::to_string(1 + pick(4)); }
  std::string group() { return std::to_string(1 + pick(4)); }

 private:
  std::string port() { return std::to_string(1 + pick(6)); }
  std::string mac() { return "00:00:00:00:00:0" + std::to_string(1 + pick(4)); }
  std::string address6() { return "fd00::" + std::to_string(1 + pick(4)); }
  std::string transport_port();

  std::string field(Protocol protocol);
  std::string common_field();
  std::string ip_field();
  std::string action(Protocol& protocol);
  std::string common_action();
  std::string own_action(Protocol protocol);
  std::string header_action(Protocol& protocol);
  std::string set_field(Protocol protocol);
  std::string learn();
  std::string action_set(Protocol protocol);

  std::mt19937& random_;
};

}  // namespace flowbed::sw
