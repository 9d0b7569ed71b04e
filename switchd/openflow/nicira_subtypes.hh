// Numbers of Nicira's actions, behind the vendor's.
#pragma once

#include <cstdint>

namespace flowbed::sw::nicira {

inline constexpr uint16_t kResubmit = 1, kSetTunnel = 2, kSetQueue = 4, kPopQueue = 5, kRegMove = 6,
                          kRegLoad = 7, kNote = 8, kSetTunnel64 = 9, kResubmitTable = 14, kOutputReg = 15,
                          kLearn = 16, kExit = 17, kDecTtl = 18, kFinTimeout = 19, kController = 20,
                          kDecTtlCntIds = 21, kWriteMetadata = 22, kPushMpls = 23, kPopMpls = 24,
                          kSetMplsTtl = 25, kDecMplsTtl = 26, kSetMplsLabel = 30, kSetMplsTc = 31,
                          kOutputReg2 = 32, kRegLoad2 = 33, kConjunction = 34, kController2 = 37;

// In `resubmit`: the in-port, or the table, stays as it is.
inline constexpr uint16_t kSamePort = 0xfff8;
inline constexpr uint8_t kSameTable = 0xff;

}  // namespace flowbed::sw::nicira
