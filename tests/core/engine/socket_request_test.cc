#include "core/engine/socket_request.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string fault(const std::string& method, const std::string& address) {
  try {
    socket_request(method, {{"place", "machine"}, {"address", address}, {"port", 6653}});
  } catch (const Error& fault) {
    return fault.what();
  }
  return "none";
}

TEST(SocketRequest, IsTheSameAfterTheWire) {
  const SocketRequest request =
      socket_request("socket.listen", {{"place", "h1"}, {"address", "fd00::1"}, {"port", 6653}});
  EXPECT_EQ(method_of(request), "socket.listen");
  EXPECT_EQ(to_wire(socket_request(method_of(request), to_wire(request))), to_wire(request));
}

TEST(SocketRequest, FaultsNameWhatIsWrong) {
  EXPECT_THAT(fault("socket.connect", "10.0.0"),
              AllOf(HasSubstr("socket.connect"), HasSubstr("\"10.0.0\" is no address; write e.g. 10.0.0.1")));
  EXPECT_THAT(fault("socket.dance", "10.0.0.1"), HasSubstr("socket.dance"));
}

}  // namespace
}  // namespace flowbed
