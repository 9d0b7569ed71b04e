#include "switchd/datapath/capture_scan.hh"

#include <cstdio>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace flowbed::sw {
namespace {

struct PacketSocket {
  unsigned protocol = 0;  // 0: receives nothing
  unsigned ifindex = 0;   // 0: all
  unsigned long long inode = 0;
};

// A line is: sk RefCnt Type Proto Iface R Rmem User Inode; Proto in hexadecimal, the rest that matters in
// decimal.
bool parse_line(const std::string& line, PacketSocket& socket) {
  return sscanf(line.c_str(), "%*s %*s %*s %x %u %*s %*s %*s %llu", &socket.protocol, &socket.ifindex,
                &socket.inode) == 3;
}

std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

CaptureSet parse_packet_sockets(std::string_view text, uint64_t own_inode) {
  CaptureSet captures;
  take_line(text);  // the heading
  while (!text.empty()) {
    PacketSocket socket;
    if (!parse_line(std::string(take_line(text)), socket)) continue;
    if (socket.protocol == 0 || socket.inode == own_inode) continue;
    if (socket.ifindex == 0) captures.everywhere = true;
    captures.interfaces.insert(IfIndex{socket.ifindex});
  }
  captures.interfaces.erase(IfIndex{0});
  return captures;
}

PacketSocketList::PacketSocketList() : file_(open("/proc/net/packet", O_RDONLY | O_CLOEXEC)) {}

CaptureSet PacketSocketList::scan(int own_fd) const {
  struct stat own {};
  if (own_fd >= 0) fstat(own_fd, &own);
  std::string text;
  char chunk[16384];
  ssize_t n = 0;
  while (file_ && (n = pread(file_.get(), chunk, sizeof chunk, static_cast<off_t>(text.size()))) > 0)
    text.append(chunk, static_cast<size_t>(n));
  return parse_packet_sockets(text, own.st_ino);
}

}  // namespace flowbed::sw
