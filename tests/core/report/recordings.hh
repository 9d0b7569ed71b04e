// Recordings as the ferry writes them.
#pragma once

#include <string>

namespace flowbed::report::test {

inline std::string with_head(const std::string& lines) {
  return "# Flowbed link recording 1\ntime,from,event,packet,bytes,waiting,delay\n" + lines;
}

// Four packets to a link of 12 kbit/s, one a second: two arrive, one a second late.
inline std::string small_recording() {
  return with_head(
      "# 0.000000000 h1-eth0 rate 12000\n"
      "# 0.000000000 s1-eth1 unlimited\n"
      "1.000000000,h1-eth0,arrive,1,1500,0,\n"
      "1.000000000,h1-eth0,arrive,2,1500,0,\n"
      "1.000000000,h1-eth0,arrive,3,1500,1500,\n"
      "1.000000000,h1-eth0,queue_full,3,1500,,0.000000000\n"
      "3.000000000,h1-eth0,deliver,2,1500,,2.000000000\n"
      "2.000000000,h1-eth0,deliver,1,1500,,1.000000000\n"
      "4.000000000,h1-eth0,arrive,4,1500,0,\n"
      "5.000000000,h1-eth0,loss,4,1500,,1.000000000\n");
}

}  // namespace flowbed::report::test
