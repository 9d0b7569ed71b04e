#include "core/rpc/rendezvous.hh"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

class RendezvousTest : public testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/flowbed-test-XXXXXX";
    folder_ = mkdtemp(folder);
    setenv("XDG_RUNTIME_DIR", folder_.c_str(), 1);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(RendezvousTest, ARunningNetworkIsFoundAndItsNameTaken) {
  const FileDescriptor listener = listen_for_clients("lab", runtime_directory());
  EXPECT_THAT(running_networks(), ElementsAre("lab"));
  EXPECT_THAT([] { listen_for_clients("lab", runtime_directory()); },
              ThrowsMessage<Error>(HasSubstr("is running")));
  EXPECT_TRUE(connect_to_network("lab"));
}

TEST_F(RendezvousTest, OnlyTheUserMayConnect) {
  const FileDescriptor listener = listen_for_clients("lab", runtime_directory());
  struct stat status {};
  ASSERT_EQ(stat(control_socket_path("lab", runtime_directory()).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(RendezvousTest, ADeadSocketIsReplaced) {
  listen_for_clients("lab", runtime_directory()).close();
  EXPECT_THAT(running_networks(), IsEmpty());
  EXPECT_TRUE(listen_for_clients("lab", runtime_directory()));
}

TEST_F(RendezvousTest, UnknownNetworksNameTheRunningOnes) {
  const FileDescriptor listener = listen_for_clients("lab", runtime_directory());
  EXPECT_THAT([] { connect_to_network("other"); }, ThrowsMessage<Error>(HasSubstr("lab")));
}

TEST_F(RendezvousTest, OddNamesAreRefused) {
  for (const char* name : {"", "a/b", "../x", ".hidden", "-x", "a b"}) {
    EXPECT_THROW(check_network_name(name), Error) << name;
  }
}

TEST(RuntimeDirectory, HasAFallbackWithoutXdgRuntimeDir) {
  unsetenv("XDG_RUNTIME_DIR");
  EXPECT_FALSE(runtime_directory().empty());
}

}  // namespace
}  // namespace flowbed
