// FerryTrial: how much the ferry carries on this machine, found out by trying, with a link of its own that
// nobody else sees. It takes some tens of milliseconds.
#pragma once

#include "core/engine/link_ferry.hh"
#include "core/os/kernel.hh"

namespace flowbed {

class FerryTrial {
 public:
  FerryTrial(EventLoop& loop, Kernel& kernel, LinkFerry& ferry)
      : loop_(loop), kernel_(kernel), ferry_(ferry) {}

  // bit/s of packets of 1514 bytes, one by one, as UDP's are; TCP's super-packets are quicker. None if it
  // could not be found out. The ferry's namespace must be there.
  Task<std::optional<double>> bits_per_second();

 private:
  Task<double> make_and_try();
  Task<void> clean_up();
  Task<double> send_and_count(int from);

  EventLoop& loop_;
  Kernel& kernel_;
  LinkFerry& ferry_;
};

}  // namespace flowbed
