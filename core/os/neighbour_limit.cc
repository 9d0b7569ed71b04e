#include "core/os/neighbour_limit.hh"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

constexpr const char* kRecord = "neighbour-limits";
constexpr size_t kOfMostMachines = 1024;
constexpr const char* kLimits[] = {"ipv4/neigh/default/gc_thresh2", "ipv4/neigh/default/gc_thresh3",
                                   "ipv6/neigh/default/gc_thresh2", "ipv6/neigh/default/gc_thresh3"};

std::string read_whole(int fd) {
  std::string text;
  char chunk[4096];
  ssize_t n = 0;
  while ((n = pread(fd, chunk, sizeof chunk, static_cast<off_t>(text.size()))) > 0)
    text.append(chunk, static_cast<size_t>(n));
  check_syscall("read the neighbour limits", n);
  return text;
}

// A sysctl takes a number as a whole, and has no length of its own.
void write_whole(int fd, const std::string& text) {
  check_syscall("write the neighbour limits", pwrite(fd, text.data(), text.size(), 0));
  (void)!ftruncate(fd, static_cast<off_t>(text.size()));
}

// A folder in which nobody else can put something in our record's place; none otherwise.
FileDescriptor open_own_folder(const std::string& path) {
  mkdir(path.c_str(), 0700);
  FileDescriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat found {};
  if (!folder || fstat(folder.get(), &found) < 0) return {};
  const bool is_own = found.st_uid == geteuid() && (found.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  return is_own ? std::move(folder) : FileDescriptor();
}

bool is_file_of(int fd, int folder, const char* name) {
  struct stat opened {
  }, named{};
  return fstat(fd, &opened) == 0 && fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         opened.st_ino == named.st_ino;
}

bool lives(const std::string& user) {
  return process_name(std::atoi(user.c_str())) == user;  // the number comes first
}

}  // namespace

NeighbourLimit::NeighbourLimit(const std::string& folder, const std::string& settings)
    : folder_(open_own_folder(folder)) {
  for (const char* name : kLimits) {
    FileDescriptor file(open((settings + "/" + name).c_str(), O_RDWR | O_CLOEXEC));
    if (file) settings_.push_back({name, std::move(file)});  // else no IPv6, or nobody's to change
  }
}

NeighbourCounts NeighbourLimit::current(const std::string& settings) {
  const auto limit_of = [&](const char* family) {
    size_t limit = kOfMostMachines;
    std::ifstream(settings + "/" + family + "/neigh/default/gc_thresh3") >> limit;
    return limit;
  };
  return {limit_of("ipv4"), limit_of("ipv6")};
}

std::vector<int> NeighbourLimit::fds() const {
  std::vector<int> all;
  if (folder_) all.push_back(folder_.get());
  for (const Setting& setting : settings_) all.push_back(setting.file.get());
  return all;
}

void NeighbourLimit::need(const std::string& user, const NeighbourCounts& counts) const {
  if (settings_.empty()) throw Error("the neighbour tables' limits cannot be changed here");
  if (!folder_) throw Error("there is no folder of root's own for the record of neighbour limits");
  update([&](NeighbourRecord& record) { record.users[user] = counts; });
}

void NeighbourLimit::release(const std::string& user) const noexcept {
  try {
    if (folder_ && faccessat(folder_.get(), kRecord, F_OK, 0) == 0)
      update([&](NeighbourRecord& record) { record.users.erase(user); });
  } catch (const std::exception&) {
    // the record tells the next one what is left to do
  }
}

// Whoever held the lock before may have removed the file.
FileDescriptor NeighbourLimit::lock_record() const {
  for (;;) {
    FileDescriptor file(
        check_syscall("open the record of neighbour limits",
                      openat(folder_.get(), kRecord, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)));
    check_syscall("lock the record of neighbour limits", flock(file.get(), LOCK_EX));
    if (is_file_of(file.get(), folder_.get(), kRecord)) return file;
  }
}

// The record is written first: whoever finds it knows what to make of the limits, wherever we died.
void NeighbourLimit::update(const std::function<void(NeighbourRecord&)>& change) const {
  const FileDescriptor file = lock_record();
  NeighbourRecord record = NeighbourRecord::parse(read_whole(file.get()));
  std::erase_if(record.users, [](const auto& user) { return !lives(user.first); });
  change(record);
  plan_limits(record);
  const std::string text = record.text();
  write_whole(file.get(), text);
  check_syscall("write the record of neighbour limits",
                ftruncate(file.get(), static_cast<off_t>(text.size())));
  set_limits(record);
  if (record.users.empty()) unlinkat(folder_.get(), kRecord, 0);
}

// A limit that somebody else has set meanwhile is what it was at first from now on.
void NeighbourLimit::plan_limits(NeighbourRecord& record) const {
  const NeighbourCounts total = record.total();
  for (const Setting& setting : settings_) {
    const size_t now = strtoul(read_whole(setting.file.get()).c_str(), nullptr, 10);
    NeighbourRecord::Limit& limit = record.limits.try_emplace(setting.name).first->second;
    if (now != limit.ours && now != limit.ours_before) limit.first = now;
    const size_t needed = limit.first / 2 + (setting.name.starts_with("ipv4") ? total.v4 : total.v6);
    limit.ours_before = now;
    limit.ours = std::max(limit.first, std::min(needed, kMost));
  }
}

void NeighbourLimit::set_limits(const NeighbourRecord& record) const {
  for (const Setting& setting : settings_) {
    const NeighbourRecord::Limit& limit = record.limits.at(setting.name);
    if (limit.ours != limit.ours_before) write_whole(setting.file.get(), std::to_string(limit.ours));
  }
}

}  // namespace flowbed
