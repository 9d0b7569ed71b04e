#include "core/os/qdiscs.hh"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

// Where a qdisc is: its handle, and what it is in.
struct Level {
  uint32_t handle, parent;
};
constexpr Level kWay{1U << 16, TC_H_ROOT}, kQueue{2U << 16, kWay.handle | 1};
constexpr uint32_t kNoLimit = 10'000'000;  // packets
constexpr int kNetemSeed = 14;             // TCA_NETEM_PRNG_SEED, which older headers lack
constexpr int8_t kEachHalfSecond = -1;     // in an estimator: 2 to that power of a second
constexpr int kLoopbackIfindex = 1;

uint32_t chance(double share) {
  return static_cast<uint32_t>(std::lround(share * std::numeric_limits<uint32_t>::max()));
}

// All that a netem is told; what is not said here it may keep from before.
struct Netem {
  uint32_t limit = kNoLimit;
  uint64_t rate = 0;  // bytes/s
  uint32_t overhead = 0;
  Duration delay{}, jitter{};
  double loss = 0;
  std::optional<std::array<double, 4>> loss_model = {};
  std::optional<uint64_t> seed = {};
};

void put_rate(NetlinkMessage& message, const Netem& netem) {
  tc_netem_rate rate{};
  rate.rate = static_cast<uint32_t>(std::min<uint64_t>(netem.rate, std::numeric_limits<uint32_t>::max()));
  rate.packet_overhead = static_cast<int32_t>(netem.overhead);
  message.put(TCA_NETEM_RATE, &rate, sizeof rate);
  if (netem.rate > rate.rate) message.put(TCA_NETEM_RATE64, &netem.rate, sizeof netem.rate);
}

void put_loss_model(NetlinkMessage& message, const std::array<double, 4>& chances) {
  const auto [into_bad, out_of_bad, loss_in_bad, loss_in_good] = chances;
  const tc_netem_gemodel model{.p = chance(into_bad),
                               .r = chance(out_of_bad),
                               .h = chance(1 - loss_in_bad),
                               .k1 = chance(loss_in_good)};
  nlattr* nest = message.begin_nested(TCA_NETEM_LOSS);
  message.put(NETEM_LOSS_GE, &model, sizeof model);
  message.end_nested(nest);
}

void put_netem(NetlinkMessage& message, const Netem& netem) {
  message.put_string(TCA_KIND, "netem");
  nlattr* options = message.begin_nested(TCA_OPTIONS);
  message.append_header(tc_netem_qopt{
      .latency = 0, .limit = netem.limit, .loss = chance(netem.loss), .gap = 0, .duplicate = 0, .jitter = 0});
  const int64_t delay = netem.delay.count(), jitter = netem.jitter.count();
  message.put(TCA_NETEM_LATENCY64, &delay, sizeof delay);
  message.put(TCA_NETEM_JITTER64, &jitter, sizeof jitter);
  put_rate(message, netem);
  if (netem.loss_model) put_loss_model(message, *netem.loss_model);
  if (netem.seed) message.put(kNetemSeed, &*netem.seed, sizeof *netem.seed);
  message.end_nested(options);
}

NetlinkMessage qdisc_message(int type, int flags, int ifindex, const Level& level) {
  tcmsg header{};
  header.tcm_family = AF_UNSPEC;
  header.tcm_ifindex = ifindex;
  header.tcm_parent = level.parent;
  header.tcm_handle = level.handle;
  NetlinkMessage message(type, flags);
  message.append_header(header);
  return message;
}

Netem way_of(const EgressSpec& spec) {
  return {.delay = spec.delay,
          .jitter = spec.jitter,
          .loss = spec.loss,
          .loss_model = spec.loss_model,
          .seed = spec.seed};
}

// What is being sent has left the queue, but netem counts it.
Netem queue_of(const EgressSpec& spec) {
  if (spec.rate == 0) return {};
  return {.limit = std::min(spec.max_queue, kNoLimit) + 1, .rate = spec.rate, .overhead = spec.overhead};
}

// With the handle of each.
void for_each_qdisc(RouteSocket& socket, int ifindex, const std::string& attempt,
                    const std::function<void(uint32_t, const NetlinkAnswer&)>& visit) {
  NetlinkMessage question = qdisc_message(RTM_GETQDISC, 0, ifindex, {0, 0});
  socket.list(attempt, question, [&](const NetlinkAnswer& answer) {
    const auto& header = answer.header<tcmsg>();
    if (header.tcm_ifindex == ifindex) visit(header.tcm_handle, answer);
  });
}

struct Present {
  bool way = false, queue = false;
  std::string foreign;  // the kind of one that is not ours; empty: there is none
};

Present find_present(RouteSocket& socket, int ifindex, const std::string& attempt) {
  Present present;
  for_each_qdisc(socket, ifindex, attempt, [&](uint32_t handle, const NetlinkAnswer& answer) {
    const nlattr* kind = answer.attribute(TCA_KIND, sizeof(tcmsg));
    const std::string name = kind == nullptr ? "" : static_cast<const char*>(nla_data(kind));
    const bool ours = name == "netem" && (handle == kWay.handle || handle == kQueue.handle);
    if (!ours && answer.header<tcmsg>().tcm_parent == TC_H_ROOT) present.foreign = name;
    present.way |= ours && handle == kWay.handle;
    present.queue |= ours && handle == kQueue.handle;
  });
  return present;
}

class QdiscWriter {
 public:
  QdiscWriter(RouteSocket& socket, int ifindex, const std::string& attempt)
      : socket_(socket), ifindex_(ifindex), attempt_(attempt) {}

  // What can fail comes first, and does nothing to packets yet. An interface that is new has none, so nobody
  // is asked: a list is of all interfaces of the namespace.
  void put(const EgressSpec& spec) {
    const bool is_new = make(kWay);
    Present present;
    if (!is_new) present = find_present(socket_, ifindex_, attempt_);
    if (!present.foreign.empty())
      throw Error(attempt_ + ": a qdisc that was set by hand is there (" + present.foreign +
                  "); remove it (tc qdisc del dev INTERFACE root), or use --link-backend ferry");
    if (spec.rate > 0 && !present.queue) {
      try {
        present.queue = make(kQueue);
      } catch (const Error&) {
        if (is_new) remove(kWay);
        throw;
      }
    }
    change(kWay, way_of(spec));
    if (present.queue) change(kQueue, queue_of(spec));
  }

  // With all that it holds.
  void remove(const Level& level) {
    NetlinkMessage message = qdisc_message(RTM_DELQDISC, 0, ifindex_, level);
    socket_.request(attempt_, message);
  }

 private:
  // False: there is one at this level.
  bool make(const Level& level) {
    NetlinkMessage message = qdisc_message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, ifindex_, level);
    put_netem(message, {});
    if (level.handle == kWay.handle) {
      const tc_estimator estimator{.interval = kEachHalfSecond, .ewma_log = 1};
      message.put(TCA_RATE, &estimator, sizeof estimator);
    }
    try {
      socket_.request(attempt_, message);
      return true;
    } catch (const SystemError& fault) {
      if (fault.errnum() == EEXIST) return false;
      throw;
    }
  }

  void change(const Level& level, const Netem& netem) {
    NetlinkMessage message = qdisc_message(RTM_NEWQDISC, 0, ifindex_, level);
    put_netem(message, netem);
    socket_.request(attempt_, message);
  }

  RouteSocket& socket_;
  const int ifindex_;
  const std::string& attempt_;
};

template <class Struct>
std::optional<Struct> find_in(const nlattr* nest, int attribute) {
  if (nest == nullptr) return std::nullopt;
  const nlattr* found = nla_find(static_cast<const nlattr*>(nla_data(nest)), nla_len(nest), attribute);
  if (found == nullptr || nla_len(found) < static_cast<int>(sizeof(Struct))) return std::nullopt;
  Struct value;
  memcpy(&value, nla_data(found), sizeof value);
  return value;
}

struct QdiscCounters {
  uint64_t packets = 0, bytes = 0;
  gnet_stats_queue queue{};
  gnet_stats_rate_est64 rate{};  // bytes and packets a second
};

QdiscCounters counters_of(const nlattr* stats) {
  QdiscCounters counters;
  const auto basic = find_in<gnet_stats_basic>(stats, TCA_STATS_BASIC).value_or(gnet_stats_basic{});
  counters.bytes = basic.bytes;
  counters.packets = find_in<uint64_t>(stats, TCA_STATS_PKT64).value_or(basic.packets);
  counters.queue = find_in<gnet_stats_queue>(stats, TCA_STATS_QUEUE).value_or(gnet_stats_queue{});
  if (const auto large = find_in<gnet_stats_rate_est64>(stats, TCA_STATS_RATE_EST64)) {
    counters.rate = *large;
  } else if (const auto small = find_in<gnet_stats_rate_est>(stats, TCA_STATS_RATE_EST)) {
    counters.rate = {.bps = small->bps, .pps = small->pps};
  }
  return counters;
}

}  // namespace

void put_qdiscs(RouteSocket& socket, int ifindex, const EgressSpec& spec, const std::string& attempt) {
  QdiscWriter(socket, ifindex, attempt).put(spec);
}

void remove_qdiscs(RouteSocket& socket, int ifindex, const std::string& attempt) {
  if (find_present(socket, ifindex, attempt).way) QdiscWriter(socket, ifindex, attempt).remove(kWay);
}

EgressCounters read_qdiscs(RouteSocket& socket, int ifindex, const std::string& attempt) {
  QdiscCounters way, queue;
  for_each_qdisc(socket, ifindex, attempt, [&](uint32_t handle, const NetlinkAnswer& answer) {
    const QdiscCounters counters = counters_of(answer.attribute(TCA_STATS2, sizeof(tcmsg)));
    if (handle == kWay.handle) way = counters;
    if (handle == kQueue.handle) queue = counters;
  });
  return {.packets = way.packets,
          .bytes = way.bytes,
          .dropped_by_queue = queue.queue.drops,
          .lost = way.queue.drops - std::min(way.queue.drops, queue.queue.drops),  // counts both
          .waiting_packets = queue.queue.qlen,
          .waiting_bytes = queue.queue.backlog,
          .packets_per_second = static_cast<double>(way.rate.pps),
          .bits_per_second = 8 * static_cast<double>(way.rate.bps)};
}

NetemAbilities try_netem(RouteSocket& socket) {
  NetlinkMessage message = qdisc_message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, kLoopbackIfindex, kWay);
  put_netem(message, {.seed = 1});
  socket.request("add a netem qdisc", message);
  NetemAbilities abilities;
  for_each_qdisc(socket, kLoopbackIfindex, "list qdiscs", [&](uint32_t handle, const NetlinkAnswer& answer) {
    const nlattr* options = answer.attribute(TCA_OPTIONS, sizeof(tcmsg));
    constexpr int kFixedPart = NLA_ALIGN(sizeof(tc_netem_qopt));
    if (handle != kWay.handle || options == nullptr || nla_len(options) <= kFixedPart) return;
    const auto* rest =
        reinterpret_cast<const nlattr*>(static_cast<const char*>(nla_data(options)) + kFixedPart);
    abilities.takes_seed = nla_find(rest, nla_len(options) - kFixedPart, kNetemSeed) != nullptr;
  });
  return abilities;
}

}  // namespace flowbed
