#include "core/os/neighbour_limit.hh"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {
namespace {

constexpr size_t kMost = 1 << 20;  // entries; with all of them in use the kernel takes half a gigabyte
constexpr const char* kLimits[] = {"ipv4/neigh/default/gc_thresh2", "ipv4/neigh/default/gc_thresh3",
                                   "ipv6/neigh/default/gc_thresh2", "ipv6/neigh/default/gc_thresh3"};

bool is_alive(int pid) { return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM); }

// A limit that somebody else has set meanwhile is what it was at first from now on.
void set_limits(const std::string& settings, NeighbourRecord& record) {
  const NeighbourCounts total = record.total();
  for (const std::string name : kLimits) {
    const std::string file = settings + "/" + name;
    if (access(file.c_str(), W_OK) != 0) continue;  // no IPv6, or nobody's to change
    const size_t now = strtoul(read_file(file).c_str(), nullptr, 10);
    NeighbourRecord::Limit& limit =
        record.limits.try_emplace(name, NeighbourRecord::Limit{now, now}).first->second;
    if (now != limit.ours) limit.first = now;
    const size_t needed = limit.first + (name.starts_with("ipv4") ? total.v4 : total.v6);
    limit.ours = std::max(limit.first, std::min(needed, kMost));
    if (limit.ours != now) write_file(file, std::to_string(limit.ours));
  }
}

bool is_file_of(int fd, const std::string& path) {
  struct stat opened {
  }, named{};
  return fstat(fd, &opened) == 0 && stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino;
}

// Whoever held the lock before may have removed the file.
FileDescriptor lock_file(const std::string& path) {
  for (;;) {
    FileDescriptor file = open_file(path, O_RDWR | O_CREAT, 0600);
    check_syscall("lock " + path, flock(file.get(), LOCK_EX));
    if (is_file_of(file.get(), path)) return file;
  }
}

}  // namespace

NeighbourLimit::NeighbourLimit(std::string record, std::string settings)
    : record_(std::move(record)), settings_(std::move(settings)) {}

void NeighbourLimit::need(int user, const NeighbourCounts& room) const {
  std::filesystem::create_directories(std::filesystem::path(record_).parent_path());
  update([&](NeighbourRecord& record) { record.users[user] = room; });
}

void NeighbourLimit::release(int user) const noexcept {
  try {
    if (std::filesystem::exists(record_)) update([&](NeighbourRecord& record) { record.users.erase(user); });
  } catch (const std::exception&) {
    // the record tells the next one what is left to do
  }
}

void NeighbourLimit::update(const std::function<void(NeighbourRecord&)>& change) const {
  const FileDescriptor lock = lock_file(record_);
  NeighbourRecord record = NeighbourRecord::parse(read_file(record_));
  std::erase_if(record.users, [](const auto& user) { return !is_alive(user.first); });
  change(record);
  set_limits(settings_, record);
  if (record.users.empty()) {
    std::filesystem::remove(record_);
  } else {
    write_file(record_, record.text());
  }
}

}  // namespace flowbed
