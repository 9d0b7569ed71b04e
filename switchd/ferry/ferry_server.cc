#include "switchd/ferry/ferry_server.hh"

#include "core/base/error.hh"
#include "core/base/json_reader.hh"
#include "switchd/ferry/link_json.hh"

namespace flowbed::sw {
namespace {

std::string name_from(const Json& params) { return JsonReader(params, "params", {"name"}).text("name"); }

Json describe_direction(const FerryDirection& direction) {
  const LinkCounters& link = direction.link().counters();
  const PacketQueue& queue = direction.link().queue();
  const RateMeter::Rate now = direction.rate(monotonic_now());
  const Lateness::Quantiles late = direction.lateness().quantiles();
  return {
      {"arrived", {{"packets", link.arrived}, {"bytes", link.arrived_bytes}}},
      {"delivered", {{"packets", link.delivered}, {"bytes", link.delivered_bytes}}},
      {"dropped",
       {{"queue_full", link.dropped_by_queue},
        {"early", link.dropped_early},
        {"loss", link.lost},
        {"no_memory", direction.counters().no_room},
        {"malformed", direction.counters().malformed},
        {"far_end", direction.counters().sent.dropped}}},
      {"now", {{"packets_per_second", now.packets}, {"bits_per_second", now.bits}}},
      {"late_ms", {{"median", to_milliseconds(late.median)}, {"p99", to_milliseconds(late.ninety_ninth)}}},
      {"doubled", link.doubled},
      {"corrupted", link.corrupted},
      {"marked", direction.link().marks()},
      {"queue",
       {{"packets", queue.packets()},
        {"bytes", queue.bytes()},
        {"milliseconds", to_milliseconds(direction.link().last_wait())}}}};
}

}  // namespace

FerryServer::FerryServer(EventLoop& loop, FileDescriptor socket, Ferry& ferry, std::function<void()> on_close)
    : ferry_(ferry),
      peer_(loop, std::move(socket),
            {.on_request =
                 [this](auto request, auto responder) {
                   try {
                     responder.ok(answer(request));
                   } catch (const Error& fault) {
                     responder.fail(kFault, fault.what());
                   }
                 },
             .on_notification = {},
             .on_close = std::move(on_close)}) {
  ferry_.on_overload([this] {
    warn(
        "the links together carry more than the ferry can on this machine: packets are lost before they "
        "reach "
        "their links, and what \"link\" and recordings tell lacks them. Lower rates, or fewer links that are "
        "busy at once, are emulated truly");
  });
}

void FerryServer::warn(const std::string& message) { peer_.notify("warning", {{"message", message}}); }

Json FerryServer::answer(RpcPeer::Request& request) {
  if (request.method == "link.put") {
    ferry_.put(link_from_json(request.params));
    return Json::object();
  }
  if (request.method == "link.remove") {
    ferry_.remove(name_from(request.params));
    return Json::object();
  }
  if (request.method == "link.describe") return describe(name_from(request.params));
  if (request.method == "link.record") {
    record(request);
    return Json::object();
  }
  if (request.method == "link.record_end")
    return {{"lines", ferry_.end_recording(name_from(request.params))}};
  throw Error("the ferry has no method \"" + request.method + "\"");
}

void FerryServer::record(RpcPeer::Request& request) {
  const JsonReader reader(request.params, "params", {"name", "a", "b"});
  if (request.fds.size() != 1) throw Error("link.record: no file came along");
  const std::string a = reader.text("a"), b = reader.text("b");
  ferry_.record(reader.text("name"), std::move(request.fds.front()), {.a = a, .b = b},
                [this, a, b](const std::string& fault) {
                  warn("the recording of " + a + " and " + b + " has ended: " + fault);
                });
}

Json FerryServer::describe(const std::string& name) {
  const Ferry::Directions link = ferry_.find(name);
  return {{"a_to_b", describe_direction(link.a_to_b)},
          {"b_to_a", describe_direction(link.b_to_a)},
          {"recorded", ferry_.is_recorded(name)},
          {"lost_before", ferry_.lost_packets()}};
}

}  // namespace flowbed::sw
