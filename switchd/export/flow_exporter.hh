// FlowExporters: a bridge's flows, on their way to collectors of NetFlow and of IPFIX. What both have in
// common is here; how flows are told is each one's own.
#pragma once

#include "switchd/export/collector.hh"
#include "switchd/export/flow_aggregator.hh"
#include "switchd/export/ipfix_message.hh"
#include "switchd/export/netflow_datagram.hh"

namespace flowbed::sw {

class FlowExporter {
 public:
  FlowExporter(EventLoop& loop, DatagramSource& sockets, const Collectors& to, FlowTimeouts timeouts,
               TimePoint now)
      : timeouts_(timeouts), started_(now), flows_(timeouts), collectors_(loop, sockets, to) {}
  virtual ~FlowExporter() = default;

  virtual const char* name() const = 0;  // "netflow"
  void observe(const Observation& observation, uint64_t packets, uint64_t bytes, TimePoint last);
  void tick(TimePoint now);
  void finish(TimePoint now);  // tells everything, because there will be no more

  const CollectorGroup& collectors() const { return collectors_; }
  const FlowTimeouts& timeouts() const { return timeouts_; }
  size_t flows() const { return flows_.size(); }   // that go on
  uint64_t exported() const { return exported_; }  // records
  uint64_t lost() const { return flows_.lost(); }  // likewise

 protected:
  virtual bool is_told(const Observation&) const { return true; }
  virtual void tell(const std::vector<FlowRecord>& flows, const ReportTime& time) = 0;
  void send(const Datagram& datagram, size_t records);
  bool has_any_refused() { return collectors_.has_any_refused(); }

 private:
  ReportTime time_at(TimePoint now) const;

  const FlowTimeouts timeouts_;
  const TimePoint started_;
  FlowAggregator flows_;
  CollectorGroup collectors_;
  uint64_t exported_ = 0;
};

// Flows of IPv4 only: version 5 has no room for others.
class NetflowExporter : public FlowExporter {
 public:
  NetflowExporter(EventLoop& loop, DatagramSource& sockets, const NetflowConfig& config, uint64_t dpid,
                  TimePoint now);
  const char* name() const override { return "netflow"; }

 private:
  bool is_told(const Observation& observation) const override;
  void tell(const std::vector<FlowRecord>& flows, const ReportTime& time) override;
  uint16_t interface_of(uint16_t port) const;

  const bool add_id_to_interface_;
  const uint8_t engine_type_, engine_id_;  // the low bytes of the dpid
  uint32_t sequence_ = 0;
};

class IpfixExporter : public FlowExporter {
 public:
  IpfixExporter(EventLoop& loop, DatagramSource& sockets, const IpfixConfig& config, TimePoint now);
  const char* name() const override { return "ipfix"; }

 private:
  void tell(const std::vector<FlowRecord>& flows, const ReportTime& time) override;
  void send_message(const ReportTime& time);

  const uint32_t domain_;
  IpfixMessage message_;
  TimePoint templates_due_{};
  uint32_t sequence_ = 0;
};

}  // namespace flowbed::sw
