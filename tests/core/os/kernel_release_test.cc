#include "core/os/kernel_release.hh"

#include <gtest/gtest.h>

namespace flowbed {
namespace {

TEST(KernelRelease, IsReadFromWhatDistributionsWrite) {
  EXPECT_EQ(parse_kernel_release("6.1.0-13-amd64"), (KernelRelease{6, 1}));
  EXPECT_EQ(parse_kernel_release("5.15.167.4-microsoft-standard-WSL2"), (KernelRelease{5, 15}));
  EXPECT_EQ(parse_kernel_release("6.18-rc1"), (KernelRelease{6, 18}));
  EXPECT_FALSE(parse_kernel_release("unknown"));
}

TEST(KernelRelease, IsOrderedAsNumbersAre) {
  EXPECT_LT((KernelRelease{6, 1}), (KernelRelease{6, 10}));
  EXPECT_LT((KernelRelease{5, 15}), (KernelRelease{6, 1}));
  EXPECT_GT(own_kernel_release(), (KernelRelease{3, 0}));
}

}  // namespace
}  // namespace flowbed
