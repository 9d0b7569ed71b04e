#include "core/engine/ferry_process.hh"

#include "core/base/error.hh"
#include "core/topo/link_options.hh"

namespace flowbed {
namespace {

Json plain(Duration time) { return time.count(); }
template <class T>
Json plain(const T& value) {
  return value;
}

Json direction_to_wire(const LinkShape& shape, uint64_t seed, const TraceFiles& traces) {
  Json wire = {{"seed", seed}};
  for_each_link_option([&](const auto& option) {
    if (shape.*option.member) wire[option.name] = plain(*(shape.*option.member));
  });
  if (shape.trace) wire["trace"] = traces.find(*shape.trace);
  return wire;
}

// Counts what waits for an answer.
class InFlight {
 public:
  explicit InFlight(int& count) : count_(count) { count_++; }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  ~InFlight() { count_--; }

 private:
  int& count_;
};

}  // namespace

Json FerryProcess::to_wire(const FerryLinkState& state) const {
  return {{"name", state.link.name},
          {"a", state.a_ifindex},
          {"b", state.b_ifindex},
          {"a_to_b", direction_to_wire(state.link.a_to_b, state.link.a_to_b_seed, traces_)},
          {"b_to_a", direction_to_wire(state.link.b_to_a, state.link.b_to_a_seed, traces_)}};
}

FerryProcess::FerryProcess(EventLoop& loop, Kernel& kernel, ServedProcess::Warn warn)
    : loop_(loop), warn_(warn), process_(loop, role(kernel), std::move(warn)) {}

ServedProcess::Role FerryProcess::role(Kernel& kernel) {
  return {.name = "the ferry",
          .loss = "links with rate, delay or loss pass nothing",
          .recovery = "all links are back",
          .arguments = {"--ferry"},
          .namespaces = [&kernel] { return std::vector<int>{kernel.namespace_fd(kFerryNode)}; },
          .tell_everything = [this] { return tell_everything(); }};
}

// An edit may put or remove links meanwhile.
Task<void> FerryProcess::tell_everything() {
  tell_lost_recordings();
  std::vector<std::string> names;
  for (const auto& [name, link] : links_) names.push_back(name);
  for (const std::string& name : names) {
    const auto link = links_.find(name);
    if (link == links_.end()) continue;
    Json params = to_wire(link->second);
    co_await process_.peer().call("link.put", std::move(params));
  }
}

void FerryProcess::tell_lost_recordings() {
  for (const auto& [name, ends] : recordings_)
    warn_("the recording of " + ends.a + " and " + ends.b + " ended with the ferry; record begins a new one");
  recordings_.clear();
}

// Entered first: what is started again in between is told of it.
Task<void> FerryProcess::put_link(FerryLinkState link) {
  const std::string name = link.link.name;
  const auto before = links_.contains(name) ? std::optional(links_.at(name)) : std::nullopt;
  links_[name] = link;
  std::exception_ptr fault;
  try {
    if (process_.is_started()) {
      Json params = to_wire(link);
      co_await process_.peer().call("link.put", std::move(params));
    } else {
      process_.start();
      co_await tell_everything();
    }
  } catch (...) {
    fault = std::current_exception();
  }
  if (!fault) co_return;
  if (before) {
    links_[name] = *before;
  } else {
    links_.erase(name);
  }
  std::rethrow_exception(fault);
}

Task<void> FerryProcess::remove_link(std::string name) {
  links_.erase(name);
  recordings_.erase(name);
  if (!process_.is_started()) co_return;
  const InFlight removal(removals_);
  Json params = {{"name", name}};
  co_await process_.peer().call("link.remove", std::move(params));
  // Not now: the answer has just come from there.
  loop_.defer([this] {
    if (links_.empty() && removals_ == 0) process_.stop();
  });
}

Task<Json> FerryProcess::describe_link(std::string name) {
  Json params = {{"name", name}};
  RpcResult result = co_await process_.peer().call("link.describe", std::move(params));
  co_return std::move(result.value);
}

Task<void> FerryProcess::record_link(std::string name, FileDescriptor file, LinkEndNames ends) {
  Json params = {{"name", name}, {"a", ends.a}, {"b", ends.b}};
  std::vector<FileDescriptor> fds;
  fds.push_back(std::move(file));
  co_await process_.peer().call("link.record", std::move(params), std::move(fds));
  recordings_[name] = std::move(ends);
}

Task<uint64_t> FerryProcess::end_recording(std::string name) {
  Json params = {{"name", name}};
  recordings_.erase(name);
  RpcResult result = co_await process_.peer().call("link.record_end", std::move(params));
  co_return result.value.at("lines").get<uint64_t>();
}

}  // namespace flowbed
