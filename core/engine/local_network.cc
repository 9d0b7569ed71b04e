#include "core/engine/local_network.hh"

#include <algorithm>

#include <sys/random.h>

#include "core/base/error.hh"
#include "core/base/units.hh"
#include "core/engine/step_executor.hh"
#include "core/engine/tls_files.hh"
#include "core/topo/link_schedule.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kMuch = 1'000'000'000;  // bit/s; less is carried by every machine
constexpr Duration kQuietTime = 1s;        // an apply shorter than this reports no progress
constexpr Duration kProgressPause = 50ms;
constexpr Duration kMaxControllerWait = 3s, kControllerPause = 5ms;
constexpr Duration kMaxTreeWait = 5s;  // a port where nobody answers opens after 3

void refuse(const std::vector<Fault>& faults) {
  if (!faults.empty()) throw Error(to_string(faults));
}

// Short enough to be told to somebody.
uint64_t draw_seed() {
  uint32_t seed = 0;
  check_syscall("draw a seed", static_cast<int>(getrandom(&seed, sizeof seed, 0)));
  return seed;
}

// bit/s.
uint64_t highest_ferry_rate(const Topology& topology, const Capabilities& capabilities) {
  uint64_t highest = 0;
  for (const Link& link : topology.links) {
    if (!is_ever_shaped(link) || !is_by_ferry(link, topology.options.link_backend, capabilities.qdiscs))
      continue;
    for_each_shape(link,
                   [&](const LinkShape& shape) { highest = std::max(highest, shape.rate.value_or(0)); });
  }
  return highest;
}

std::string rate_warning(uint64_t rate, double capacity) {
  return "a link has a rate of " + format_rate(rate) + ", and on this machine the ferry carries about " +
         format_rate(static_cast<uint64_t>(capacity / 1e8) * 100'000'000) +
         " of packets of 1514 bytes, over all links together. TCP's, which it takes many at a time, may "
         "reach "
         "the rate; others do not";
}

std::string unsettled_warning(const std::vector<std::string>& ports) {
  return "spanning tree has not settled yet at " + ports.front() +
         (ports.size() == 1 ? "" : " and " + std::to_string(ports.size() - 1) + " more ports") +
         "; packets may be lost there. \"stp SWITCH\" shows its state. (A tree does not reach further than "
         "20 "
         "switches from its root.)";
}

}  // namespace

// One apply at a time; others wait their turn.
class LocalNetwork::ApplyTurn {
 public:
  explicit ApplyTurn(bool& applying) : applying_(applying) { applying_ = true; }
  ~ApplyTurn() { applying_ = false; }

 private:
  bool& applying_;
};

LocalNetwork::LocalNetwork(NetworkParts parts, Lifecycle lifecycle)
    : parts_(parts),
      lifecycle_(std::move(lifecycle)),
      carriers_(parts_.loop, parts_.kernel),
      timetable_(parts_.loop, [this] { follow_schedule(); }) {
  inventory_.nodes[""];
}

Task<Topology> LocalNetwork::topology() { co_return topology_; }

Task<ApplyReport> LocalNetwork::apply(Topology wanted, bool dry_run) {
  while (applying_) co_await sleep_for(parts_.loop, 1ms);
  ApplyTurn turn(applying_);
  co_return co_await apply_in_turn(std::move(wanted), dry_run);
}

Task<void> LocalNetwork::edit(Edit change) {
  while (applying_) co_await sleep_for(parts_.loop, 1ms);
  ApplyTurn turn(applying_);
  co_await apply_in_turn(change(topology_), false);
}

// What is due becomes part of the network as every other change does. The next one does not wait for spanning
// tree.
Task<void> LocalNetwork::make_due_changes() {
  while (applying_) co_await sleep_for(parts_.loop, 1ms);
  ApplyTurn turn(applying_);
  co_await apply_in_turn(topology_, false, ApplyEnd::kAtOnce);
}

void LocalNetwork::follow_schedule() {
  spawn(make_due_changes(), [this](std::exception_ptr fault) {
    try {
      if (fault) std::rethrow_exception(fault);
    } catch (const std::exception& error) {
      warn(std::string("a change on the schedule of a link failed: ") + error.what());
      timetable_.serve(topology_, timetable_.age());
    }
  });
}

Task<ApplyReport> LocalNetwork::apply_in_turn(Topology wanted, bool dry_run, ApplyEnd end) {
  const TimePoint start = monotonic_now();
  refuse(validate(wanted));
  co_await find_limits(wanted);
  find_qdiscs(wanted);
  refuse(check_capabilities(wanted, parts_.capabilities));
  wanted = complete(wanted);
  if (!wanted.options.seed && std::ranges::any_of(wanted.links, is_ever_random))
    wanted.options.seed = draw_seed();
  parts_.ferry.prepare(wanted);
  const Duration age = timetable_.age();
  const Topology at_once = topology_at(wanted, age);
  Plan plan = make_plan(inventory_, at_once, parts_.capabilities);
  std::vector<KernelInterface> raised = last_raised(plan, at_once);
  ApplyReport report;
  for (const Step& step : plan) report.steps.push_back(to_string(step));
  Json identity_before = identity_;
  if (wanted.tls != topology_.tls) co_await identify(wanted.tls, dry_run);
  if (dry_run) co_return report;
  if (parts_.neighbour_room != nullptr) parts_.neighbour_room->make_for(wanted);

  co_await wait_until_settled(parts_.loop, parts_.kernel, raised_again(plan));
  std::string fault;
  try {
    co_await run_plan(std::move(plan));
  } catch (const Error& e) {
    fault = e.what();
  }
  if (!fault.empty()) co_await go_back(std::move(fault), std::move(identity_before));
  topology_ = std::move(wanted);
  applied_age_ = age;
  if (parts_.neighbour_room != nullptr) parts_.neighbour_room->share(parts_.kernel, inventory_);
  serve_carriers();
  if (parts_.names != nullptr) parts_.names->update(topology_);
  if (parts_.controllers != nullptr) parts_.controllers->update(topology_);
  emit({{"event", "topology-changed"}});
  if (!raised.empty()) co_await settle_links(std::move(raised));
  if (!report.steps.empty() && end == ApplyEnd::kSettled) {
    co_await judge_rates();
    co_await settle_controllers();
    report.tree_seconds = co_await settle_trees();
  }
  timetable_.serve(topology_, age);
  report.seconds = to_seconds(monotonic_now() - start);
  co_return report;
}

// Files that have been read are not read again: what happens to them later stops no edit.
Task<void> LocalNetwork::identify(const TlsFiles& files, bool only_check) {
  Json identity = read_tls_files(files);
  co_await parts_.switches.identify(identity, only_check);
  if (!only_check) identity_ = std::move(identity);
}

// Only when they are asked for: a network without limits makes no control groups, and starts the sooner.
Task<void> LocalNetwork::find_limits(const Topology& wanted) {
  if (parts_.limiter == nullptr || !limits_hosts(wanted)) co_return;
  parts_.capabilities.limits = co_await parts_.limiter->prepare();
}

// Likewise.
void LocalNetwork::find_qdiscs(const Topology& wanted) {
  if (knows_qdiscs_ || !uses_qdiscs(wanted)) return;
  knows_qdiscs_ = true;
  QdiscCapabilities& can = parts_.capabilities.qdiscs;
  try {
    can = {.netem = true, .takes_seed = parts_.kernel.find_netem().takes_seed};
  } catch (const Error& fault) {
    const auto* refusal = dynamic_cast<const SystemError*>(&fault);
    const bool is_lacking = refusal != nullptr && refusal->errnum() == ENOENT;
    can.why_not =
        is_lacking ? "this kernel has no netem" : std::string("netem cannot be used: ") + fault.what();
  }
}

// Tries the ferry only where a rate asks for much, now or later, and once.
Task<void> LocalNetwork::judge_rates() {
  const uint64_t highest = highest_ferry_rate(topology_, parts_.capabilities);
  if (highest < kMuch || parts_.ferry_trial == nullptr) co_return;
  if (!has_tried_ferry_) {
    has_tried_ferry_ = true;
    ferry_capacity_ = co_await parts_.ferry_trial->bits_per_second();
  }
  if (ferry_capacity_ && static_cast<double>(highest) > *ferry_capacity_)
    warn(rate_warning(highest, *ferry_capacity_));
}

Task<void> LocalNetwork::run_plan(Plan plan) {
  const auto on_node_leaves = [this](const std::string& node) {
    if (node == kFerryNode) carriers_.forget();
    if (parts_.on_node_leaves) parts_.on_node_leaves(node);
  };
  StepExecutor executor(parts_.kernel, parts_.switches, parts_.ferry, parts_.limiter, on_node_leaves,
                        inventory_);
  TimePoint tell = monotonic_now() + kQuietTime;
  for (size_t done = 0; done < plan.size(); done++) {
    if (StepExecutor::is_told(plan[done])) {
      co_await executor.tell(std::move(plan[done]));
    } else {
      executor.run_in_kernel(plan[done]);
    }
    if (monotonic_now() < tell) continue;
    emit({{"event", "progress"}, {"done", done + 1}, {"total", plan.size()}});
    tell = monotonic_now() + kProgressPause;
  }
}

void LocalNetwork::serve_carriers() {
  std::vector<FerryLink> links;
  for (const auto& [name, link] : inventory_.ferry_links) links.push_back(link);
  carriers_.serve(std::move(links));
}

Task<void> LocalNetwork::settle_links(std::vector<KernelInterface> raised) {
  co_await wait_until_settled(parts_.loop, parts_.kernel, std::move(raised));
  try {
    co_await parts_.switches.refresh_links();
  } catch (const Error&) {
    // switchd has ended; the one that follows asks the kernel itself
  }
}

Task<std::optional<double>> LocalNetwork::settle_trees() {
  if (!runs_spanning_tree(topology_)) co_return std::nullopt;
  const TimePoint start = monotonic_now();
  std::vector<std::string> waiting;
  try {
    waiting = co_await parts_.switches.settle_trees(kMaxTreeWait);
  } catch (const Error&) {
    // switchd has ended; whoever starts it again tells
  }
  if (!waiting.empty()) warn(unsettled_warning(waiting));
  co_return to_seconds(monotonic_now() - start);
}

Task<void> LocalNetwork::settle_controllers() {
  const bool any = std::ranges::any_of(topology_.nodes, [](const Node& node) {
    return node.kind == NodeKind::controller || node.listen_port;
  });
  if (!any) co_return;
  const bool brought_along =
      std::ranges::any_of(topology_.nodes, [](const Node& n) { return !n.program.empty(); });
  const TimePoint give_up = monotonic_now() + kMaxControllerWait;
  try {
    while (co_await parts_.switches.is_connecting(brought_along) && monotonic_now() < give_up)
      co_await sleep_for(parts_.loop, kControllerPause);
  } catch (const Error&) {
    // switchd has ended; the one that follows connects again
  }
}

Task<void> LocalNetwork::go_back(std::string fault, Json identity) {
  try {
    if (identity != identity_) co_await parts_.switches.identify(identity, false);
    identity_ = std::move(identity);
    co_await run_plan(make_plan(inventory_, topology_at(topology_, applied_age_), parts_.capabilities));
    serve_carriers();
  } catch (const Error& second) {
    throw Error(fault + "; and undoing what was done failed, too: " + second.what() +
                ". The next change repairs it");
  }
  throw Error(fault + "; the network is as it was before");
}

Task<StartedCommand> LocalNetwork::start_command(CommandRequest request) {
  const Node* node = request.node.empty() ? nullptr : topology_.find(request.node);
  if (!request.node.empty() && node == nullptr) throw Error("there is no node " + request.node);
  // Switches and controllers have no namespace of their own: their commands run in the fabric.
  if (node != nullptr && !node->has_namespace()) node = nullptr;
  co_return parts_.commands->start(std::move(request), node);
}

Task<void> LocalNetwork::signal_command(uint64_t id, int signal) {
  parts_.commands->signal(id, signal);
  co_return;
}

Task<Json> LocalNetwork::call(std::string verb, Json params) {
  if (verb_table_.find(verb) != nullptr)
    co_return co_await verb_table_.call(std::move(verb), std::move(params));
  co_return co_await parts_.switches.call(std::move(verb), std::move(params));
}

std::vector<Verb> LocalNetwork::verbs() const {
  std::vector<Verb> all = verb_table_.verbs();
  for (Verb& verb : parts_.switches.verbs()) all.push_back(std::move(verb));
  return all;
}

Task<void> LocalNetwork::detach() {
  lifecycle_.on_detach();
  co_return;
}

Task<void> LocalNetwork::stop() {
  emit({{"event", "network-stopped"}, {"reason", "another shell has stopped it"}});
  lifecycle_.on_stop();
  co_return;
}

void LocalNetwork::emit(const Json& event) {
  if (on_event_) on_event_(event);
}

void LocalNetwork::warn(const std::string& message) {
  if (std::find(warnings_.begin(), warnings_.end(), message) != warnings_.end()) return;
  warnings_.push_back(message);
  emit({{"event", "warning"}, {"message", message}});
}

}  // namespace flowbed
