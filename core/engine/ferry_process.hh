// FerryProcess: the engine's ferry, which emulates links. It runs while there is such a link; should it end,
// it is started again and told of all of them.
#pragma once

#include <map>

#include "core/engine/link_ferry.hh"
#include "core/engine/served_process.hh"
#include "core/engine/trace_files.hh"
#include "core/os/kernel.hh"

namespace flowbed {

class FerryProcess : public LinkFerry {
 public:
  FerryProcess(EventLoop& loop, Kernel& kernel, ServedProcess::Warn warn);

  void stop() { process_.stop(); }  // what is recorded is written; for the network's end

  void prepare(const Topology& topology) override { traces_.read(topology); }
  Task<void> put_link(FerryLinkState link) override;
  Task<void> remove_link(std::string name) override;
  bool has_link(const std::string& name) const override { return links_.contains(name); }
  Task<Json> describe_link(std::string name) override;
  Task<void> record_link(std::string name, FileDescriptor file, LinkEndNames ends) override;
  Task<uint64_t> end_recording(std::string name) override;

 private:
  ServedProcess::Role role(Kernel& kernel);
  Json to_wire(const FerryLinkState& state) const;
  Task<void> tell_everything();
  void tell_lost_recordings();

  EventLoop& loop_;
  TraceFiles traces_;
  std::map<std::string, FerryLinkState> links_;  // that there are or shall be
  std::map<std::string, LinkEndNames> recordings_;
  int removals_ = 0;  // that the ferry has not answered yet
  ServedProcess::Warn warn_;
  ServedProcess process_;
};

}  // namespace flowbed
