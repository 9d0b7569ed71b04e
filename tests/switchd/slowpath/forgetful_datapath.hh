// A datapath without a cache: every packet is translated anew.
#pragma once

#include "switchd/datapath/userspace/userspace_datapath.hh"

namespace flowbed::sw {

class ForgetfulDatapath : public UserspaceDatapath {
 public:
  using UserspaceDatapath::UserspaceDatapath;
  void put_flow(const FlowSpec&, TimePoint) override {}
};

}  // namespace flowbed::sw
