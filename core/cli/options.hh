// Options: the command line, checked, as a value. Names and values are those of Mininet's `mn` where they
// make sense.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/address.hh"
#include "core/base/forwarding_options.hh"
#include "core/cli/openflow_options.hh"
#include "core/cli/output.hh"
#include "core/topo/topology.hh"

namespace flowbed {

enum class Action { run, list, attach, exec, enter, stop, doctor, report, clean };

struct Options {
  Action action = Action::run;

  // run:
  std::string topo = "minimal";    // a builder's name and arguments, or a file; topology_source.hh
  std::vector<std::string> tests;  // one name each, in order; empty: the shell
  std::optional<IpPrefix> ipbase;
  std::optional<HostLimits> host_limits;  // of every host
  LinkShape link;                         // of every link that has none
  std::optional<uint64_t> seed;
  std::optional<LinkBackend> link_backend;
  std::optional<bool> stp;  // spanning tree at all switches, or at none; else as the topology says
  OpenFlowOptions openflow;
  bool mac = false, arp = false, ipv6 = false;
  bool xterms = false, detach = false, dry_run = false;
  std::string pre, post;  // files of shell commands; empty: none
  ForwardingOptions forwarding;
  std::string network;  // its name; empty: one is chosen. Also of attach, exec, enter, stop

  // exec:
  std::string node;
  std::vector<std::string> command;

  // report:
  std::string recording, picture;  // files; `picture` may be empty

  bool json = false;
  Verbosity verbosity = Verbosity::info;
  std::vector<std::string> notes;  // one line each: what was accepted but means little here
};

// Ends the program at once: help and version on standard output, faults on standard error.
struct Exit {
  int status;
  std::string text;
};

std::variant<Options, Exit> parse_options(int argc, const char* const* argv);

}  // namespace flowbed
