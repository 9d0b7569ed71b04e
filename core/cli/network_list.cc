#include "core/base/error.hh"
#include "core/base/rpc_peer.hh"
#include "core/cli/format.hh"
#include "core/cli/program.hh"
#include "core/cli/visits.hh"
#include "core/rpc/rendezvous.hh"

namespace flowbed {
namespace {

constexpr Duration kPatience = std::chrono::seconds(1);

Task<void> ask(RpcPeer& peer, Json& status) {
  const Json request = {{"verb", "status"}, {"params", Json::object()}};
  status = (co_await peer.call("call", request)).value;
}

// What a network says of itself; only its name where its engine does not answer in time.
Json status_of(const std::string& name) {
  Json status = {{"name", name}};
  try {
    EventLoop loop;
    RpcPeer peer(loop, connect_to_network(name), {});
    bool done = false;
    const auto limit = loop.after(kPatience, [&] { done = true; });
    TaskGroup asking;
    asking.start(ask(peer, status), [&](std::exception_ptr) { done = true; });
    while (!done) loop.turn();
  } catch (const Error&) {
    // It has just ended.
  }
  return status;
}

}  // namespace

int list_networks(const Options& options) {
  const Output output(options.verbosity);
  Json networks = Json::array();
  for (const std::string& name : running_networks()) networks.push_back(status_of(name));
  if (options.json) {
    output.result(networks.dump(2) + "\n");
  } else if (networks.empty()) {
    output.info("no network runs\n");
  } else {
    output.result(format_network_list(networks));
  }
  return kFine;
}

}  // namespace flowbed
