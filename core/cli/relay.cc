#include "core/cli/relay.hh"

#include <algorithm>

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace flowbed {
namespace {

constexpr size_t kChunk = 16384;
constexpr Duration kDrainLimit = std::chrono::milliseconds(200);

bool readable_within(int fd, Duration limit) {
  pollfd waiting{fd, POLLIN, 0};
  return poll(&waiting, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(limit).count())) > 0;
}

constexpr std::string_view kEnterScreen = "\x1b[?1049h", kLeaveScreen = "\x1b[?1049l";

bool makes_a_signal(int pty, std::string_view typed) {
  termios settings{};
  if (tcgetattr(pty, &settings) < 0 || !(settings.c_lflag & ISIG)) return false;
  return typed.find(static_cast<char>(settings.c_cc[VINTR])) != std::string_view::npos;
}

}  // namespace

PtyOutput::PtyOutput(EventLoop& loop, const Pty& pty, Sink sink)
    : master_(pty.master.get()), slave_(open_slave_again(pty.master)), sink_(std::move(sink)) {
  set_nonblocking(slave_.get());
  watch_ = loop.watch(master_, EPOLLIN, [this](uint32_t) { read_available(); });
}

void PtyOutput::pass_on(std::string_view bytes) {
  last_bytes_ += bytes;  // a sequence may come in two pieces
  const size_t entered = last_bytes_.rfind(kEnterScreen), left = last_bytes_.rfind(kLeaveScreen);
  if (entered != std::string::npos || left != std::string::npos)
    alternate_screen_ = left == std::string::npos || (entered != std::string::npos && entered > left);
  last_bytes_.erase(0, last_bytes_.size() - std::min(last_bytes_.size(), kEnterScreen.size() - 1));
  sink_(bytes);
}

std::string PtyOutput::leave_screen() const {
  return (alternate_screen_ ? std::string(kLeaveScreen) : "") + "\x1b[?25h\x1b[0m";
}

bool PtyOutput::read_once(std::string& into) {
  char bytes[kChunk];
  const ssize_t n = read(master_, bytes, sizeof bytes);
  if (n > 0) into.append(bytes, static_cast<size_t>(n));
  return n > 0;
}

void PtyOutput::read_available() {
  std::string bytes;
  if (read_once(bytes)) return pass_on(bytes);
  if (errno != EAGAIN) watch_.cancel();  // the terminal was hung up and is empty
}

void PtyOutput::drain() {
  for (std::string bytes; read_once(bytes); bytes.clear()) pass_on(bytes);
  static unsigned count = 0;
  const std::string mark =
      "\x1b_flowbed " + std::to_string(getpid()) + " " + std::to_string(++count) + "\x1b\\";
  if (write(slave_.get(), mark.data(), mark.size()) != static_cast<ssize_t>(mark.size())) {
    slave_.close();  // hung up: what is left ends in a fault of read
  }
  await_mark(mark);
}

void PtyOutput::await_mark(const std::string& mark) {
  const TimePoint limit = monotonic_now() + kDrainLimit;
  std::string bytes;
  while (bytes.find(mark) == std::string::npos &&
         readable_within(master_, std::max(limit - monotonic_now(), Duration(0)))) {
    if (!read_once(bytes)) break;
  }
  const size_t place = bytes.find(mark);
  if (place != std::string::npos) bytes.erase(place, mark.size());
  if (!bytes.empty()) pass_on(bytes);
}

KeyboardRelay::KeyboardRelay(EventLoop& loop, int keyboard, const Pty& pty)
    : loop_(loop), keyboard_(keyboard), raw_(keyboard), master_(pty.master.duplicate()) {
  watch_keyboard_ = loop_.watch(keyboard_, EPOLLIN, [this](uint32_t) { read_keyboard(); });
}

void KeyboardRelay::read_keyboard() {
  char bytes[kChunk];
  const ssize_t n = read(keyboard_, bytes, sizeof bytes);
  if (n <= 0) {
    watch_keyboard_.cancel();  // the terminal has gone; a signal says so too
    return;
  }
  interrupted_ |= makes_a_signal(master_.get(), {bytes, static_cast<size_t>(n)});
  pending_.append(bytes, static_cast<size_t>(n));
  write_pending();
}

void KeyboardRelay::write_pending() {
  const ssize_t n = write(master_.get(), pending_.data(), pending_.size());
  if (n > 0) pending_.erase(0, static_cast<size_t>(n));
  if (pending_.empty()) {
    watch_master_.cancel();
  } else if (!watch_master_) {
    watch_master_ = loop_.watch(master_.get(), EPOLLOUT, [this](uint32_t) { write_pending(); });
  }
}

}  // namespace flowbed
