// LocalNetwork: the Network itself, inside the engine.
//
// It holds two values: the topology as applied (completed), and the inventory of what exists. `apply`
// compares the wanted topology with the inventory and carries out the plan step by step. If a step fails, the
// way back to the topology before is planned and taken; whatever happens, the inventory stays true.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/commands.hh"
#include "core/engine/controller_programs.hh"
#include "core/engine/ferry_carrier.hh"
#include "core/engine/ferry_trial.hh"
#include "core/engine/host_limiter.hh"
#include "core/engine/link_ferry.hh"
#include "core/engine/name_files.hh"
#include "core/engine/neighbour_room.hh"
#include "core/engine/raised_links.hh"
#include "core/engine/switches.hh"
#include "core/engine/timetable.hh"
#include "core/os/kernel.hh"
#include "core/rpc/network.hh"
#include "core/topo/plan.hh"

namespace flowbed {

// What a network is made of; all of it outlives the network.
struct NetworkParts {
  EventLoop& loop;
  Kernel& kernel;
  Switches& switches;
  LinkFerry& ferry;
  Commands* commands = nullptr;  // null in tests without processes
  NameFiles* names = nullptr;    // likewise
  Capabilities capabilities;
  std::function<void(const std::string& node)> on_node_leaves;  // before its namespace goes; may be empty
  HostLimiter* limiter = nullptr;                               // null: hosts cannot be limited
  NeighbourRoom* neighbour_room = nullptr;                      // null: the machine's limits stay
  ControllerPrograms* controllers = nullptr;                    // null: the network brings none along
  FerryTrial* ferry_trial = nullptr;                            // null: nobody knows what the ferry carries
};

class LocalNetwork : public Network {
 public:
  struct Lifecycle {
    std::function<void()> on_stop;
    std::function<void()> on_detach;
  };

  LocalNetwork(NetworkParts parts, Lifecycle lifecycle);

  Task<Topology> topology() override;
  Task<ApplyReport> apply(Topology wanted, bool dry_run) override;
  Task<StartedCommand> start_command(CommandRequest request) override;
  Task<void> signal_command(uint64_t id, int signal) override;
  Task<Json> call(std::string verb, Json params) override;
  std::vector<Verb> verbs() const override;
  Task<void> detach() override;
  Task<void> stop() override;
  void subscribe(EventHandler handler) override { on_event_ = std::move(handler); }

  // Applies what `change` makes of the topology as it is when the turn comes: nobody's edit is lost.
  using Edit = std::function<Topology(const Topology&)>;
  Task<void> edit(Edit change);

  // Waits until packets pass the links that were raised, and the switches know of every change of a link.
  void serve_carriers();
  Task<void> settle_links(std::vector<KernelInterface> raised);
  // Waits until spanning tree has settled, or tells that it has not. The seconds that it took; none without
  // any.
  Task<std::optional<double>> settle_trees();

  // Waits a moment for controllers that answer to be connected, and for switches to listen.
  Task<void> settle_controllers();

  VerbTable& verb_table() { return verb_table_; }  // the engine's own verbs are entered here
  const Topology& current() const { return topology_; }
  const Inventory& inventory() const { return inventory_; }
  const Capabilities& capabilities() const { return parts_.capabilities; }
  Duration age() const { return applied_age_; }  // for which links are as their schedules have them
  void emit(const Json& event);
  void warn(const std::string& message);  // an event, once a message
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  class ApplyTurn;

  enum class ApplyEnd { kAtOnce, kSettled };  // kSettled: trees and controllers have had their time
  Task<ApplyReport> apply_in_turn(Topology wanted, bool dry_run, ApplyEnd end = ApplyEnd::kSettled);
  Task<void> make_due_changes();
  void follow_schedule();
  Task<void> identify(const TlsFiles& files, bool only_check);
  Task<void> find_limits(const Topology& wanted);
  void find_qdiscs(const Topology& wanted);
  Task<void> judge_rates();
  Task<void> run_plan(Plan plan);
  Task<void> go_back(std::string fault, Json identity);

  NetworkParts parts_;
  Lifecycle lifecycle_;
  EventHandler on_event_;
  Topology topology_;
  Json identity_ = Json::object();  // of the switches, for TLS
  Inventory inventory_;
  FerryCarrier carriers_;
  Timetable timetable_;
  Duration applied_age_{};
  VerbTable verb_table_;
  std::vector<std::string> warnings_;
  bool applying_ = false;
  bool knows_qdiscs_ = false;
  bool has_tried_ferry_ = false;
  std::optional<double> ferry_capacity_;  // bit/s; where the trial has found it out
};

}  // namespace flowbed
