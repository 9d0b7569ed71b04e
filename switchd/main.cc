// flowbed-switchd: all switches of one network in one process. See switchd/README.md.

#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>

#include <sys/socket.h>

#include "core/base/error.hh"
#include "core/base/log.hh"
#include "switchd/confinement.hh"
#include "switchd/control/capture_watch.hh"
#include "switchd/control/control_server.hh"
#include "switchd/datapath/link_monitor.hh"
#include "switchd/datapath/userspace/packet_io.hh"

namespace flowbed::sw {
namespace {

constexpr int kControlFd = 3;
constexpr Duration kMaintenanceInterval = std::chrono::seconds(1);

// A sanitizer's runtime does more than forwarding needs.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Everything of the process, put together. Members are in the order of who needs whom.
class Switchd {
 public:
  explicit Switchd(FileDescriptor control)
      : packet_io_(loop_, [this] { confine_where_possible(); }),
        datapath_(packet_io_),
        slow_path_(datapath_),
        links_(loop_, [this](IfIndex index, const LinkFacts& link) { slow_path_.link_changed(index, link); }),
        captures_(loop_, slow_path_, [this] { return packet_io_.fd(); }),
        control_(
            loop_, std::move(control), slow_path_, [this] { return current_links(); },
            [this] { loop_.stop(); }) {
    packet_io_.deliver_to(datapath_);
  }

  void run() {
    arm_maintenance();
    loop_.defer([this] { packet_io_.prepare(); });
    loop_.run();
  }

 private:
  void confine_where_possible() {
    if (kSanitized) return;
    tzset();  // the log's times, while files can still be opened
    try {
      confine();
    } catch (const SystemError& fault) {
      control_.warn("confinement", std::string("switchd keeps its privileges: ") + fault.what());
    }
  }

  LinkFinder current_links() {
    links_.refresh();
    return [this](IfIndex index) { return links_.find(index); };
  }

  void arm_maintenance() {
    maintenance_ = loop_.after(kMaintenanceInterval, [this] {
      if (!slow_path_.idle()) slow_path_.maintain(monotonic_now());
      if (slow_path_.has_spanning_trees()) slow_path_.tick_spanning_trees();
      arm_maintenance();
    });
  }

  EventLoop loop_;
  PacketIo packet_io_;
  UserspaceDatapath datapath_;
  SlowPath slow_path_;
  LinkMonitor links_;
  CaptureWatch captures_;
  ControlServer control_;
  EventLoop::Registration maintenance_;
};

bool is_socket(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

int run(const std::string& log_level) {
  if (!set_up_logging("flowbed-switchd", log_level)) {
    fprintf(stderr, "flowbed-switchd: --log %s: write debug, info, warning, error or off\n",
            log_level.c_str());
    return 2;
  }
  if (!is_socket(kControlFd)) {
    fprintf(stderr,
            "flowbed-switchd: descriptor 3 is no socket. This program is started by flowbed-engine; "
            "start flowbed instead\n");
    return 2;
  }
  // Ctrl-C at a terminal is for what runs in the hosts. The end of the control socket is what ends switchd.
  signal(SIGINT, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  Switchd(FileDescriptor(kControlFd)).run();
  return 0;
}

}  // namespace
}  // namespace flowbed::sw

int main(int argc, char** argv) {
  std::string log_level = "warning";
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--version") == 0) return puts("flowbed-switchd " FLOWBED_VERSION), 0;
    if (strcmp(argv[i], "--log") == 0 && i + 1 < argc) {
      log_level = argv[++i];
    } else {
      fprintf(stderr,
              "usage: flowbed-switchd [--log LEVEL] [--version], with the control socket as descriptor 3\n");
      return 2;
    }
  }
  try {
    return flowbed::sw::run(log_level);
  } catch (const flowbed::Error& fault) {
    fprintf(stderr, "flowbed-switchd: %s\n", fault.what());
    return 1;
  }
}
