// flowbed-switchd: all switches of one network in one process, under an engine; or one switch by itself. See
// switchd/README.md.

#include <csignal>
#include <cstdio>
#include <ctime>

#include <CLI/CLI.hpp>
#include <sys/socket.h>

#include "core/base/channel.hh"
#include "core/base/error.hh"
#include "core/base/log.hh"
#include "switchd/confinement.hh"
#include "switchd/control/bridge_json.hh"
#include "switchd/control/control_server.hh"
#include "switchd/datapath_choice.hh"
#include "switchd/ferry_process.hh"
#include "switchd/forwarding.hh"
#include "switchd/standalone.hh"

namespace flowbed::sw {
namespace {

constexpr int kControlFd = 3;
constexpr int kUsageFault = 2;

// Under an engine, which is at the other end of the control socket.
class Switchd {
 public:
  Switchd(FileDescriptor control, DatapathChoice datapath, const CachingOptions& caching)
      : forwarding_(
            loop_, datapath, [this] { confine_where_possible(); },
            [this](TimePoint now) { control_.tick(now); }),
        control_(
            loop_, std::move(control), forwarding_.slow_path(),
            [this] { return forwarding_.current_links(); }, [this] { loop_.stop(); }) {
    if (!forwarding_.datapath_note().empty()) control_.warn("datapath", forwarding_.datapath_note());
    forwarding_.slow_path().set_caching(caching);
  }

  void run() { loop_.run(); }

 private:
  void confine_where_possible() {
    if (!kCanBeConfined) return;
    tzset();  // the log's times, while files can still be opened
    try {
      confine(TcpSockets::kForbidden, forwarding_.rights());
    } catch (const SystemError& fault) {
      control_.warn("confinement", std::string("switchd keeps its privileges: ") + fault.what());
    }
  }

  EventLoop loop_;
  Forwarding forwarding_;
  ControlServer control_;
};

bool is_socket(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

// `work` gets the socket.
int run_under_engine(const std::function<void(FileDescriptor control)>& work) {
  if (!is_socket(kControlFd)) {
    fprintf(stderr,
            "flowbed-switchd: descriptor 3 is no socket. Without --bridge this program is started by "
            "flowbed-engine; start flowbed instead, or give --bridge and --ports\n");
    return kUsageFault;
  }
  // Ctrl-C at a terminal is for what runs in the hosts. The end of the control socket is what ends switchd.
  signal(SIGINT, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  FileDescriptor control(kControlFd), for_last_words = control.duplicate();
  try {
    work(std::move(control));
  } catch (const Error& fault) {
    Channel(std::move(for_last_words))
        .send({{"jsonrpc", "2.0"}, {"method", "fault"}, {"params", {{"message", fault.what()}}}});
    throw;
  }
  return 0;
}

// Throws Error.
void try_datapath(DatapathChoice choice) {
  EventLoop loop;
  choose_datapath(loop, choice, {});
}

struct CommandLine {
  std::string log_level = "warning", datapath = "userspace", bridge, dpid = "1", fail_mode = "standalone";
  std::string private_key, certificate, ca_certificate, sflow, netflow, ipfix, tried;
  std::vector<std::string> ports, controllers, listen, protocols, without;
  bool kernel_counters = false, ferry = false;

  void declare(CLI::App& app) {
    app.set_version_flag("--version", "flowbed-switchd " FLOWBED_VERSION);
    app.add_option("--log", log_level, "debug, info, warning, error or off");
    app.add_option("--datapath", datapath,
                   "nft: the kernel forwards; userspace: this process does; auto: nft where that can be");
    app.add_option(
        "--try-datapath", tried,
        "only says whether this datapath can run in this network namespace, by the exit status and why not");
    app.add_flag("--kernel-counters", kernel_counters,
                 "packets pass every interface between switches, which counts them");
    app.add_flag("--ferry", ferry, "emulates links instead, for the engine that starts this");
    app.add_option("--bridge", bridge, "runs by itself, as a switch of this name, until SIGTERM");
    const auto alone = [&](const char* name, auto& value, const char* help) {
      return app.add_option(name, value, help)->needs("--bridge");
    };
    alone("--dpid", dpid, "its datapath id");
    alone("--ports", ports, "its interfaces; OpenFlow's port numbers are 1, 2, … in this order")
        ->delimiter(',');
    alone("--controller", controllers,
          "tcp:ADDRESS[:PORT] or ssl:…, or ptcp:[PORT][:ADDRESS] or pssl:…; may be repeated")
        ->delimiter(',');
    alone("--listen", listen, "ptcp:[PORT][:ADDRESS] or pssl:…, where tools such as ovs-ofctl connect")
        ->delimiter(',');
    alone("--protocols", protocols, "OpenFlow10, OpenFlow13, OpenFlow14; all if not given")->delimiter(',');
    alone("--without", without, "caching features that are off; see the shell's verb caching")
        ->delimiter(',');
    alone("--private-key", private_key, "for ssl: and pssl:, a file in PEM form")->type_name("FILE");
    alone("--certificate", certificate, "of that key")->type_name("FILE");
    alone("--ca-cert", ca_certificate, "of the authority that has signed the controllers' certificates")
        ->type_name("FILE");
    alone("--sflow", sflow,
          "ADDRESS[:PORT][,sampling=400][,header=128][,polling=30]: a collector of samples");
    alone("--netflow", netflow,
          "ADDRESS[:PORT][,active_timeout=600][,idle_timeout=15][,add_id_to_interface=true]: one of flows");
    alone("--ipfix", ipfix,
          "ADDRESS[:PORT][,active_timeout=60][,idle_timeout=15][,domain=0][,point=0]: likewise");
    alone("--fail-mode", fail_mode, "without a controller: standalone (a learning switch) or secure");
  }

  CachingOptions caching() const {
    CachingOptions options = caching_without(without);
    if (kernel_counters) options.chains = false;
    return options;
  }

  StandaloneOptions standalone() const {
    if (ports.empty()) throw Error("--bridge " + bridge + " has no --ports; name interfaces, as eth1,eth2");
    auto channels = standalone_channels(controllers, listen, protocols);
    auto tls = standalone_tls(private_key, certificate, ca_certificate, channels);
    return {.bridge = bridge,
            .dpid = parse_dpid(dpid),
            .ports = ports,
            .fail_mode = parse_fail_mode(fail_mode, "--fail-mode"),
            .channels = std::move(channels),
            .tls = std::move(tls),
            .exports = standalone_exports(sflow, netflow, ipfix),
            .caching = caching(),
            .datapath = parse_datapath_choice(datapath, "--datapath")};
  }
};

int run(int argc, char** argv) {
  CLI::App app("A flow-caching software switch that speaks OpenFlow", "flowbed-switchd");
  CommandLine given;
  given.declare(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : kUsageFault;
  }
  if (!set_up_logging("flowbed-switchd", given.log_level)) {
    fprintf(stderr, "flowbed-switchd: --log %s: write debug, info, warning, error or off\n",
            given.log_level.c_str());
    return kUsageFault;
  }
  if (!given.tried.empty()) {
    try_datapath(parse_datapath_choice(given.tried, "--try-datapath"));
    return 0;
  }
  if (given.ferry) return run_under_engine(run_ferry);
  if (given.bridge.empty()) {
    const DatapathChoice datapath = parse_datapath_choice(given.datapath, "--datapath");
    return run_under_engine(
        [&](FileDescriptor control) { Switchd(std::move(control), datapath, given.caching()).run(); });
  }
  run_standalone(given.standalone());
  return 0;
}

}  // namespace
}  // namespace flowbed::sw

int main(int argc, char** argv) {
  try {
    return flowbed::sw::run(argc, argv);
  } catch (const flowbed::Error& fault) {
    fprintf(stderr, "flowbed-switchd: %s\n", fault.what());
    return 1;
  }
}
