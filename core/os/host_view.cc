#include "core/os/host_view.hh"

#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/host_view_builder.hh"

namespace flowbed {
namespace {

// The helper's life: build, report one byte ('+' made, '-' failed) and text, wait until the parent holds the
// namespaces.
[[noreturn]] void run_helper(const HostViewSpec& spec, const FileDescriptor& report,
                             const FileDescriptor& hold) {
  std::string text;
  try {
    HostViewBuilder builder(spec);
    builder.build();
    text = "+" + builder.warnings();
  } catch (const std::exception& fault) {
    text = std::string("-") + fault.what();
  }
  text += '\0';
  char byte;
  if (write(report.get(), text.data(), text.size()) > 0) (void)!read(hold.get(), &byte, 1);
  _exit(0);
}

std::string read_report(int fd) {
  std::string text;
  char chunk[4096];
  while (text.empty() || text.back() != '\0') {
    const ssize_t n = check_syscall("read a host helper's report", read(fd, chunk, sizeof chunk));
    if (n == 0) throw Error("the helper that sets up a host ended early");
    text.append(chunk, static_cast<size_t>(n));
  }
  text.pop_back();
  return text;
}

HostView collect(int pid, const std::string& report) {
  if (!report.starts_with('+')) throw Error(report.substr(1));
  const std::string folder = "/proc/" + std::to_string(pid) + "/ns/";
  HostView view{open_file(folder + "mnt", O_RDONLY), open_file(folder + "uts", O_RDONLY), {}};
  std::istringstream lines(report.substr(1));
  for (std::string line; std::getline(lines, line);) view.warnings.push_back(line);
  return view;
}

}  // namespace

HostView make_host_view(const HostViewSpec& spec) {
  FdPair report = make_pipe(), hold = make_pipe();
  const pid_t pid = check_syscall("fork", fork());
  if (pid == 0) {
    hold.second.close();
    run_helper(spec, report.second, hold.first);
  }
  report.second.close();
  struct Reaper {
    FileDescriptor& release;
    pid_t pid;
    ~Reaper() {
      release.close();
      waitpid(pid, nullptr, 0);
    }
  } reaper{hold.second, pid};
  return collect(pid, read_report(report.first.get()));
}

}  // namespace flowbed
