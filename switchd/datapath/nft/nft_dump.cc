#include "switchd/datapath/nft/nft_dump.hh"

#include <cerrno>
#include <cstring>

#include "core/base/log.hh"

namespace flowbed::sw {

void NftDump::go_on(const Visitor& visit) {
  for (size_t seen = 0; is_going_on() && seen < kPart;) {
    if (!is_asked_) {
      if (const int fault = start_element_dump(socket_, sets_.back())) {
        next_set(fault);
        continue;
      }
      is_asked_ = true;
    }
    const auto part = socket_.read_part([&](const nlmsghdr* message) {
      read_elements(message, [&](const NftElement& element) {
        seen++;
        visit(sets_.back(), element);
      });
    });
    if (part.is_last) next_set(part.fault);
  }
}

void NftDump::next_set(int fault) {
  if (fault && fault != ENOENT) spdlog::debug("nftables did not list {}: {}", sets_.back(), strerror(fault));
  sets_.pop_back();
  is_asked_ = false;
}

}  // namespace flowbed::sw
