#include "core/base/channel.hh"

#include <cstring>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

struct Ends {
  Ends() : Ends(make_socket_pair()) {}
  explicit Ends(FdPair pair) : raw(pair.second.get()), a(std::move(pair.first)), b(std::move(pair.second)) {}
  int raw;  // b's descriptor
  Channel a, b;
};

// Which file a descriptor means.
ino_t inode(int fd) {
  struct stat s {};
  check_syscall("fstat", fstat(fd, &s));
  return s.st_ino;
}

TEST(Channel, CarriesMessagesInOrder) {
  Ends ends;
  ends.a.send({{"n", 1}});
  ends.a.send({{"text", "two\nlines"}});
  EXPECT_EQ(ends.b.receive()->body, (Json{{"n", 1}}));
  EXPECT_EQ(ends.b.receive()->body, (Json{{"text", "two\nlines"}}));
  EXPECT_FALSE(ends.b.receive());
  EXPECT_FALSE(ends.b.closed());
}

TEST(Channel, CarriesDescriptorsWithTheirMessage) {
  Ends ends;
  FdPair one = make_pipe(), two = make_pipe();
  const ino_t first = inode(one.first.get()), second = inode(two.first.get());
  std::vector<FileDescriptor> fds;
  fds.push_back(std::move(one.first));
  ends.a.send({{"n", 1}}, std::move(fds));
  ends.a.send({{"n", 2}});
  fds.clear();
  fds.push_back(std::move(two.first));
  ends.a.send({{"n", 3}}, std::move(fds));
  auto message = ends.b.receive();
  ASSERT_EQ(message->fds.size(), 1u);
  EXPECT_EQ(inode(message->fds[0].get()), first);
  EXPECT_FALSE(message->body.contains("fds")) << "the count is the channel's own";
  EXPECT_TRUE(ends.b.receive()->fds.empty());
  message = ends.b.receive();
  ASSERT_EQ(message->fds.size(), 1u);
  EXPECT_EQ(inode(message->fds[0].get()), second);
}

TEST(Channel, ReceivedDescriptorsCloseOnExec) {
  Ends ends;
  std::vector<FileDescriptor> fds;
  fds.push_back(make_pipe().first);
  ends.a.send(Json::object(), std::move(fds));
  EXPECT_TRUE(fcntl(ends.b.receive()->fds.at(0).get(), F_GETFD) & FD_CLOEXEC);
}

TEST(Channel, WaitsForTheRestOfALine) {
  Ends ends;
  const int raw = ends.a.fd();
  ASSERT_EQ(write(raw, "{\"n\":", 5), 5);
  EXPECT_FALSE(ends.b.receive());
  ASSERT_EQ(write(raw, "1}\n", 3), 3);
  EXPECT_EQ(ends.b.receive()->body, (Json{{"n", 1}}));
}

TEST(Channel, MessagesLargerThanTheSocketsBufferArrive) {
  Ends ends;
  const std::string big(4 << 20, 'x');
  ends.a.send({{"big", big}});
  ends.a.send({{"n", 2}});
  EXPECT_TRUE(ends.a.has_output());
  std::vector<Json> received;
  while (received.size() < 2) {
    ends.a.flush();
    while (auto message = ends.b.receive()) received.push_back(message->body);
  }
  EXPECT_FALSE(ends.a.has_output());
  EXPECT_EQ(received[0].at("big"), big);
  EXPECT_EQ(received[1].at("n"), 2);
}

TEST(Channel, WhatWasSentBeforeTheEndIsDelivered) {
  FdPair pair = make_socket_pair();
  Channel b(std::move(pair.second));
  {
    Channel a(std::move(pair.first));
    a.send({{"n", 1}});
  }
  EXPECT_EQ(b.receive()->body, (Json{{"n", 1}}));
  EXPECT_FALSE(b.receive());
  EXPECT_TRUE(b.closed());
}

TEST(Channel, SendingToNobodyIsNoFault) {
  FdPair pair = make_socket_pair();
  Channel a(std::move(pair.first));
  pair.second.close();
  a.send({{"n", 1}});
  EXPECT_TRUE(a.closed());
  EXPECT_FALSE(a.has_output());
}

TEST(Channel, MalformedMessagesAreFaults) {
  for (const char* line :
       {"nonsense\n", "[1]\n", "\n", "{\"fds\": 1}\n", "{\"fds\": -1}\n", "{\"fds\": \"x\"}\n"}) {
    Ends ends;
    ASSERT_GT(write(ends.a.fd(), line, strlen(line)), 0);
    EXPECT_THROW(ends.b.receive(), Error) << line;
  }
}

// A process at its limit of descriptors says so; its connections live on.
TEST(Channel, DescriptorsThatFindNoPlaceAreTold) {
  Ends ends;
  std::vector<FileDescriptor> fds;
  fds.push_back(make_pipe().first);
  ends.a.send({{"n", 1}}, std::move(fds));
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{0, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  const auto message = ends.b.receive();
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->lost_fds);
  EXPECT_EQ(message->body, (Json{{"n", 1}}));

  fds.clear();
  fds.push_back(make_pipe().first);
  ends.a.send({{"n", 2}}, std::move(fds));
  const auto next = ends.b.receive();
  EXPECT_FALSE(next->lost_fds);
  EXPECT_EQ(next->fds.size(), 1u);
}

TEST(Channel, AMessageHasALimitOfDescriptors) {
  Ends ends;
  std::vector<FileDescriptor> fds;
  for (int i = 0; i < 17; i++) fds.push_back(make_pipe().first);
  EXPECT_THROW(ends.a.send(Json::object(), std::move(fds)), Error);
}

}  // namespace
}  // namespace flowbed
