#include "switchd/ferry_process.hh"

#include <ctime>

#include <sys/prctl.h>

#include "core/base/error.hh"
#include "switchd/confinement.hh"
#include "switchd/ferry/ferry_server.hh"

namespace flowbed::sw {
namespace {

// The kernel puts off the end of a wait by 50 µs, to spare processors a waking.
void wake_on_time() { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

}  // namespace

void run_ferry(FileDescriptor control) {
  wake_on_time();
  EventLoop loop;
  Ferry ferry(loop);
  FerryServer server(loop, std::move(control), ferry, [&] { loop.stop(); });
  if (kCanBeConfined) {
    tzset();
    try {
      confine(TcpSockets::kForbidden, NetworkRights::kNone);
    } catch (const SystemError& fault) {
      server.warn(std::string("the ferry keeps its privileges: ") + fault.what());
    }
  }
  loop.run();
}

}  // namespace flowbed::sw
