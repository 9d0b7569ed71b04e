#include "core/base/suggest.hh"
#include "switchd/flow/syntax_tokens.hh"
#include "switchd/slowpath/pipeline/of_action.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"

namespace flowbed::sw {
namespace {

struct FlagName {
  uint16_t flag;
  std::string_view name;
};
constexpr FlagName kFlagNames[] = {{MeterConfig::kKbps, "kbps"},
                                   {MeterConfig::kPktps, "pktps"},
                                   {MeterConfig::kBurst, "burst"},
                                   {MeterConfig::kStats, "stats"}};

uint32_t long_in(const Token& token) { return static_cast<uint32_t>(number_in(token, 0xffffffff)); }

class MeterReader {
 public:
  MeterConfig read(std::string_view text, bool deletes) {
    Tokens tokens(text);
    for (Token token; tokens.next(token);) read_part(token, deletes);
    if (!has_id_ && !deletes)
      throw Error("meter= is missing; write e.g. meter=1,kbps,band=type=drop,rate=1000");
    if (!has_id_) meter_.id = kMeterAll;
    if (!deletes) check();
    return std::move(meter_);
  }

 private:
  void read_part(const Token& token, bool deletes) {
    if (token.name == "meter") return read_id(token, deletes);
    if (deletes) fail_at(token, "is no part of a meter to delete; only meter= is");
    if (read_flag(token)) return;
    if (token.name == "band" || token.name == "bands") return read_first_of_band(token);
    read_band_part(token);
  }

  void read_id(const Token& token, bool deletes) {
    has_id_ = true;
    if (deletes && token.value == "all") {
      meter_.id = kMeterAll;
      return;
    }
    meter_.id = long_in(token);
    if (meter_.id == 0 || meter_.id > kMeterMax)
      fail_at(token, "takes a number from 1 to " + std::to_string(kMeterMax));
  }

  bool read_flag(const Token& token) {
    for (const auto& [flag, name] : kFlagNames) {
      if (token.separator != '\0' || token.name != name) continue;
      meter_.flags |= flag;
      return true;
    }
    return false;
  }

  // "band=type=drop": the first part of a band stands behind the sign.
  void read_first_of_band(const Token& token) {
    Tokens parts(token.value);
    for (Token part; parts.next(part);) read_band_part(part);
  }

  void read_band_part(const Token& token) {
    if (token.name == "type") return begin_band(token);
    if (token.name != "rate" && token.name != "burst_size" && token.name != "prec_level")
      fail_at(token, "is no part of a meter" +
                         suggestion(token.name, {"meter", "kbps", "pktps", "burst", "stats", "band", "type",
                                                 "rate", "burst_size", "prec_level"}));
    if (meter_.bands.empty()) fail_at(token, "stands before a band; write band=type=drop first");
    set_band_part(token, meter_.bands.back());
  }

  void begin_band(const Token& token) {
    MeterBand band;
    if (token.value == "dscp_remark") {
      band.type = MeterBand::Type::kDscpRemark;
    } else if (token.value != "drop") {
      fail_at(token, "is no type of bands" + suggestion(token.value, {"drop", "dscp_remark"}));
    }
    meter_.bands.push_back(band);
  }

  void set_band_part(const Token& token, MeterBand& band) {
    if (token.name == "rate") {
      band.rate = long_in(token);
    } else if (token.name == "burst_size") {
      band.burst = long_in(token);
      meter_.flags |= MeterConfig::kBurst;
    } else {
      if (band.type != MeterBand::Type::kDscpRemark) fail_at(token, "is of bands of the type dscp_remark");
      band.precedence = static_cast<uint8_t>(number_in(token, 0xff));
    }
  }

  void check() {
    if (!(meter_.flags & (MeterConfig::kKbps | MeterConfig::kPktps))) meter_.flags |= MeterConfig::kKbps;
    if ((meter_.flags & MeterConfig::kKbps) && (meter_.flags & MeterConfig::kPktps))
      throw Error("kbps and pktps exclude each other; write one of them");
    if (meter_.bands.empty()) throw Error("there is no band; add e.g. band=type=drop,rate=1000");
    for (const MeterBand& band : meter_.bands) {
      if (band.rate == 0) throw Error("a band lacks its rate; add e.g. rate=1000");
    }
  }

  MeterConfig meter_;
  bool has_id_ = false;
};

}  // namespace

MeterMod parse_meter(std::string_view text, MeterMod::Command command) {
  return reading("meter", [&]() -> MeterMod {
    return {command, MeterReader().read(text, command == MeterMod::Command::kDelete)};
  });
}

std::string format_meter(const MeterConfig& meter) {
  std::string text = "meter=" + (meter.id == kMeterAll ? "all" : std::to_string(meter.id));
  for (const auto& [flag, name] : kFlagNames) {
    if (meter.flags & flag) text += "," + std::string(name);
  }
  const char* before = ",bands=";
  for (const MeterBand& band : meter.bands) {
    const bool drops = band.type == MeterBand::Type::kDrop;
    text += std::string(before) + "type=" + (drops ? "drop" : "dscp_remark") +
            ",rate=" + std::to_string(band.rate);
    if (meter.flags & MeterConfig::kBurst) text += ",burst_size=" + std::to_string(band.burst);
    if (!drops) text += ",prec_level=" + std::to_string(band.precedence);
    before = ",";
  }
  return text;
}

}  // namespace flowbed::sw
