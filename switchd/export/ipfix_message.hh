// IPFIX (RFC 7011) with information elements of IANA's registry: flows in, messages out.
//
// There is one template each for IPv4, for IPv6 and for what is neither. Over UDP they have to be repeated
// (section 8.1): the first message has them, then one every kTemplateInterval, and the next one after a
// collector was not there.
#pragma once

#include <optional>

#include "switchd/export/datagram_writer.hh"
#include "switchd/export/flow_record.hh"

namespace flowbed::sw {

inline constexpr Duration kTemplateInterval = std::chrono::seconds(30);

struct IpfixHeader {
  uint32_t export_time = 0;  // seconds since 1970
  uint32_t sequence = 0;     // data records told before
  uint32_t domain = 0;
};

class IpfixMessage {
 public:
  explicit IpfixMessage(uint32_t observation_point) : point_(observation_point) {}

  void add_templates();
  void add(const FlowRecord& flow, const ReportTime& time);
  uint32_t records() const { return records_; }  // of data
  bool is_empty() const { return body_.size() == 0; }
  bool is_full() const { return body_.size() + kReserve > kMaxDatagram; }
  Datagram finish(const IpfixHeader& header);  // and begins anew

 private:
  static constexpr size_t kReserve = 200;  // for headers, and the largest record

  void open_set(uint16_t id);
  void close_set();

  const uint32_t point_;
  DatagramWriter body_;
  uint16_t open_set_ = 0;  // 0: none
  size_t set_begin_ = 0;
  uint32_t records_ = 0;
};

}  // namespace flowbed::sw
