#include "switchd/slowpath/excess.hh"

#include "switchd/slowpath/translate.hh"

namespace flowbed::sw {
namespace {

std::string fault_of(Excess::Cause cause) {
  using enum Excess::Cause;
  switch (cause) {
    case kVisits:
      return "would go through more than " + std::to_string(kMaxVisits) + " switches";
    case kDepartures:
      return "would leave by more than " + std::to_string(kMaxDepartures) + " ports at once";
    case kLookups:
      return "would be looked up more than " + std::to_string(kMaxLookups) + " times in tables and groups";
    case kRecirculations:
      return "would have to be read anew in the middle of its rules, for which no number is left (there "
             "are " +
             std::to_string(kMaxFrozen) + ")";
    case kPunts:
      break;
  }
  return "would be sent to a controller, with values of registers and metadata for which no number is left "
         "(there are " +
         std::to_string(kMaxPunts) + ")";
}

std::string remedy_of(Excess::Cause cause) {
  using enum Excess::Cause;
  switch (cause) {
    case kVisits:
    case kDepartures:
      return "Split the network with VLANs or routers, or see with trace whether rules send the packet in a "
             "circle.";
    case kLookups:
      return "Rules send it in a circle, by resubmit, by groups or from switch to switch: trace shows where; "
             "end it there.";
    case kRecirculations:
    case kPunts:
      break;
  }
  return "They are free again within a second; let rules load into registers, metadata and tun_id only what "
         "is the same for many packets.";
}

}  // namespace

std::string describe(const Excess& excess) {
  return "a packet at " + excess.at->config.name + " " + fault_of(excess.cause) +
         "; such packets are dropped. " + remedy_of(excess.cause);
}

}  // namespace flowbed::sw
