#include "switchd/standalone.hh"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <sstream>

#include <net/if.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

#include "core/base/error.hh"
#include "core/base/tcp_socket.hh"
#include "core/base/udp_socket.hh"
#include "switchd/confinement.hh"
#include "switchd/control/channels_json.hh"
#include "switchd/control/exports_json.hh"
#include "switchd/control/warning_limiter.hh"
#include "switchd/export/exports.hh"
#include "switchd/forwarding.hh"
#include "switchd/openflow/channel/channels.hh"

namespace flowbed::sw {
namespace {

// There is one place only: the namespace in which switchd runs.
class OwnSockets : public ofp::SocketSource, public DatagramSource {
 public:
  Task<FileDescriptor> start_connecting(std::string, IpAddress address, uint16_t port) override {
    co_return flowbed::start_connecting(address, port);
  }
  Task<FileDescriptor> start_listening(std::string, IpAddress address, uint16_t port) override {
    co_return flowbed::start_listening(address, port);
  }
  Task<FileDescriptor> start_sending(std::string, IpAddress address, uint16_t port) override {
    co_return flowbed::start_sending(address, port);
  }
};

class Standalone {
 public:
  explicit Standalone(const StandaloneOptions& options)
      : forwarding_(
            loop_, options.datapath, [this] { confine_where_possible(); },
            [this](TimePoint now) { tick(now); }),
        channels_(loop_, forwarding_.slow_path(), sockets_,
                  [this](const auto& cause, const auto& message) { warn(cause, message); }),
        exports_(loop_, forwarding_.slow_path(), sockets_) {
    watch_signals();
    forwarding_.slow_path().set_warning_handler(
        [this](const auto& cause, const auto& message) { warn(cause, message); });
    if (!forwarding_.datapath_note().empty()) warn("datapath", forwarding_.datapath_note());
    forwarding_.slow_path().set_caching(options.caching);
    forwarding_.slow_path().put_bridge(bridge_config(options), forwarding_.current_links());
    channels_.identify(options.tls);
    channels_.put(options.bridge, options.channels);
    exports_.put(options.bridge, options.exports);
  }

  void run() { loop_.run(); }

 private:
  void tick(TimePoint now) {
    channels_.tick(now);
    exports_.tick(now);
  }

  static BridgeConfig bridge_config(const StandaloneOptions& options) {
    BridgeConfig bridge;
    bridge.name = options.bridge;
    bridge.dpid = options.dpid;
    bridge.fail_mode = options.fail_mode;
    bridge.monitor = options.exports.monitor();
    for (const std::string& name : options.ports) {
      const unsigned index = if_nametoindex(name.c_str());
      if (index == 0)
        throw Error("--ports: there is no interface " + name + " here; \"ip link\" shows those that are");
      const auto number = static_cast<uint32_t>(bridge.ports.size() + 1);
      PortConfig& port = bridge.ports.emplace_back();
      port.number = OfPort{number};
      port.interface = port.name = name;
      port.ifindex = IfIndex{index};
    }
    return bridge;
  }

  // A signal is read like anything else that happens.
  void watch_signals() {
    sigset_t ends;
    sigemptyset(&ends);
    for (const int signal : {SIGTERM, SIGINT}) sigaddset(&ends, signal);
    check_syscall("block signals", sigprocmask(SIG_BLOCK, &ends, nullptr));
    signals_ =
        FileDescriptor(check_syscall("make a signalfd", signalfd(-1, &ends, SFD_NONBLOCK | SFD_CLOEXEC)));
    watch_signals_ = loop_.watch(signals_.get(), EPOLLIN, [this](uint32_t) { loop_.stop(); });
  }

  void confine_where_possible() {
    if (!kCanBeConfined) return;
    tzset();  // the log's times, while files can still be opened
    try {
      confine(TcpSockets::kAllowed, forwarding_.rights());
    } catch (const SystemError& fault) {
      warn("confinement", std::string("switchd keeps its privileges: ") + fault.what());
    }
  }

  void warn(const std::string& cause, const std::string& message) {
    if (limiter_.allows(cause, monotonic_now())) fprintf(stderr, "flowbed-switchd: %s\n", message.c_str());
  }

  EventLoop loop_;
  WarningLimiter limiter_;
  FileDescriptor signals_;
  EventLoop::Registration watch_signals_;
  OwnSockets sockets_;
  Forwarding forwarding_;
  ofp::Channels channels_;
  Exports exports_;
};

std::string feature_list() {
  std::string names;
  for (const CachingFeature& feature : kCachingFeatures) names += " " + std::string(feature.name);
  return names;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, separator);) words.push_back(word);
  return words;
}

// "10.0.0.9,sampling=64" → {"targets": ["10.0.0.9"], "sampling": 64}
Json export_words(const std::string& text) {
  const std::vector<std::string> words = split(text, ',');
  Json json = {{"targets", split(words.front(), '+')}};
  for (size_t i = 1; i < words.size(); i++) {
    const size_t equals = std::min(words[i].find('='), words[i].size());
    const std::string value = words[i].substr(std::min(equals + 1, words[i].size()));
    const Json read = Json::parse(value, nullptr, false);
    json[words[i].substr(0, equals)] = read.is_discarded() ? Json(value) : read;
  }
  return json;
}

}  // namespace

uint64_t parse_dpid(const std::string& text) {
  std::string digits = text;
  std::erase(digits, ':');
  const bool is_hex = digits.size() != text.size() || text.starts_with("0x") || text.size() == 16;
  if (text.starts_with("0x")) digits.erase(0, 2);
  uint64_t dpid = 0;
  const auto [end, fault] =
      std::from_chars(digits.data(), digits.data() + digits.size(), dpid, is_hex ? 16 : 10);
  if (fault != std::errc() || end != digits.data() + digits.size())
    throw Error("--dpid: \"" + text + "\" is no datapath id; write a number, as 1, 0x1f or 0000000000000001");
  return dpid;
}

ofp::ChannelsConfig standalone_channels(const std::vector<std::string>& controllers,
                                        const std::vector<std::string>& listen,
                                        const std::vector<std::string>& protocols) {
  ofp::ChannelsConfig config;
  for (const std::string& target : controllers) {
    const ofp::Endpoint endpoint = ofp::parse_endpoint(target);
    if (endpoint.passive) {
      config.listeners.push_back({.endpoint = endpoint});
    } else {
      config.controllers.push_back({.name = target, .endpoint = endpoint});
    }
  }
  for (const std::string& target : listen) {
    const ofp::Endpoint endpoint = ofp::parse_endpoint(target);
    if (!endpoint.passive)
      throw Error("--listen: \"" + target +
                  "\" connects; write ptcp:[PORT][:ADDRESS] or pssl:[PORT][:ADDRESS]");
    config.listeners.push_back({.endpoint = endpoint});
  }
  if (!protocols.empty()) config.versions.clear();
  for (const std::string& name : protocols) config.versions.push_back(parse_protocol(name));
  std::ranges::sort(config.versions);
  return config;
}

CachingOptions caching_without(const std::vector<std::string>& features) {
  CachingOptions options;
  for (const std::string& name : features) {
    const CachingFeature* feature = find_caching_feature(name);
    if (!feature) throw Error("--without: there is no " + name + "; choose from" + feature_list());
    feature->in(options) = false;
  }
  return options;
}

ofp::Tls standalone_tls(const std::string& private_key, const std::string& certificate,
                        const std::string& ca_certificate, const ofp::ChannelsConfig& channels) {
  const auto is_under_tls = [](const auto& channel) { return channel.endpoint.tls; };
  const bool is_needed = std::ranges::any_of(channels.controllers, is_under_tls) ||
                         std::ranges::any_of(channels.listeners, is_under_tls);
  const bool some = !private_key.empty() || !certificate.empty() || !ca_certificate.empty();
  const bool all = !private_key.empty() && !certificate.empty() && !ca_certificate.empty();
  if (!all && (some || is_needed))
    throw Error(
        "TLS needs a private key, a certificate and that of the authority: give --private-key, "
        "--certificate and --ca-cert");
  if (!all) return {};
  const auto pem = [](const std::string& file) { return ofp::PemText{file, read_file(file)}; };
  return ofp::Tls({.private_key = pem(private_key),
                   .certificate = pem(certificate),
                   .ca_certificate = pem(ca_certificate)});
}

ExportConfig standalone_exports(const std::string& sflow, const std::string& netflow,
                                const std::string& ipfix) {
  Json json = Json::object();
  for (const auto& [name, text] : {std::pair("sflow", &sflow), {"netflow", &netflow}, {"ipfix", &ipfix}})
    if (!text->empty()) json[name] = export_words(*text);
  try {
    return exports_from_json(json);
  } catch (const Error& fault) {
    throw Error(std::string("--") + (fault.what() + std::string_view("exports.").size()));
  }
}

void run_standalone(const StandaloneOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  Standalone(options).run();
}

}  // namespace flowbed::sw
