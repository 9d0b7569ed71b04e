// Two streams that speak TLS with each other over a pair of sockets.
#include "switchd/openflow/channel/tls_stream.hh"

#include <csignal>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/tcp_socket.hh"
#include "switchd/confinement.hh"
#include "tests/switchd/openflow/channel/certificates.hh"

namespace flowbed::sw::ofp {
namespace {

using namespace std::chrono_literals;
using test::Certified, test::make_authority, test::make_certified;
using testing::HasSubstr, testing::StartsWith;
using Bytes = std::vector<uint8_t>;

FdPair connected_sockets() {
  const IpAddress here = IpAddress::from_ipv4(INADDR_LOOPBACK);
  const FileDescriptor listener = start_listening(here, 0);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  FileDescriptor one(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(connect(one.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  FileDescriptor other(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  set_nonblocking(one.get());
  set_nonblocking(other.get());
  return {std::move(one), std::move(other)};
}

// One side, with what it still has to say and what it has heard.
struct Side {
  std::unique_ptr<ByteStream> stream;
  Bytes to_say = {};
  Bytes heard = {};
  std::string fault = {};
  bool is_closed = false;

  // Whether anything happened.
  bool turn() {
    if (!stream || !fault.empty()) return false;
    try {
      return read() | write();
    } catch (const Error& e) {
      fault = e.what();
      stream.reset();
      return true;
    }
  }
  bool read() {
    uint8_t buffer[65536];
    const auto size = stream->read(buffer);
    if (!size || is_closed) return false;
    is_closed = *size == 0;
    heard.insert(heard.end(), buffer, buffer + *size);
    return true;
  }
  bool write() {
    if (to_say.empty()) return false;
    const auto size = stream->write(to_say);
    if (size) to_say.erase(to_say.begin(), to_say.begin() + static_cast<ptrdiff_t>(*size));
    return size.has_value();
  }
};

// Until both have had nothing to do for a while: what is sent arrives later.
void converse(Side& one, Side& other) {
  for (int idle = 0; idle < 20; idle++) {
    if (one.turn() | other.turn()) idle = 0;
    if (idle > 0) usleep(1000);
  }
}

struct Authorities : testing::Test {
  static void SetUpTestSuite() { std::signal(SIGPIPE, SIG_IGN); }

  std::pair<Side, Side> meet(const TlsIdentity& client, const TlsIdentity& server) {
    FdPair sockets = connected_sockets();
    return {Side{Tls(client).connect(std::move(sockets.first)), {'h', 'i'}},
            Side{Tls(server).accept(std::move(sockets.second)), {'h', 'o'}}};
  }
  std::pair<std::string, std::string> faults(const TlsIdentity& client, const TlsIdentity& server) {
    auto [one, other] = meet(client, server);
    converse(one, other);
    EXPECT_TRUE(one.heard.empty() && other.heard.empty());
    return {one.fault, other.fault};
  }

  const Certified ours_ = make_authority("ours"), theirs_ = make_authority("theirs");
  const Certified switch_ = make_certified("switch", ours_),
                  controller_ = make_certified("controller", ours_);
};
using TlsStreamTest = Authorities;
using TlsTest = Authorities;

TEST_F(TlsStreamTest, CarriesBytesBothWays) {
  auto [one, other] = meet(test::identity(switch_, ours_), test::identity(controller_, ours_));
  converse(one, other);
  EXPECT_EQ(one.heard, Bytes({'h', 'o'}));
  EXPECT_EQ(other.heard, Bytes({'h', 'i'}));
  EXPECT_THAT(one.stream->peer(), StartsWith("127.0.0.1:"));
}

TEST_F(TlsStreamTest, CarriesMoreThanTheSocketTakesAtOnce) {
  std::mt19937 random(1);
  Bytes much(3'000'000);
  for (uint8_t& byte : much) byte = static_cast<uint8_t>(random());
  auto [one, other] = meet(test::identity(switch_, ours_), test::identity(controller_, ours_));
  one.to_say = other.to_say = much;
  converse(one, other);
  EXPECT_TRUE(one.heard == much);
  EXPECT_TRUE(other.heard == much);
}

TEST_F(TlsStreamTest, WhileItShakesHandsBothWaysWaitForTheOtherSide) {
  auto [one, other] = meet(test::identity(switch_, ours_), test::identity(controller_, ours_));
  EXPECT_FALSE(one.write());
  EXPECT_EQ(one.stream->write_waits_for(), uint32_t{EPOLLIN})
      << "not for the socket, which could be written to";
  converse(one, other);
  EXPECT_FALSE(one.read());
  EXPECT_EQ(one.stream->read_waits_for(), uint32_t{EPOLLIN});
}

TEST_F(TlsStreamTest, SeesTheEnd) {
  auto [one, other] = meet(test::identity(switch_, ours_), test::identity(controller_, ours_));
  converse(one, other);
  one.stream.reset();
  converse(one, other);
  EXPECT_TRUE(other.is_closed);
  EXPECT_EQ(other.fault, "");
}

TEST_F(TlsStreamTest, SeesTheEndOfTheSocketToo) {
  auto [one, other] = meet(test::identity(switch_, ours_), test::identity(controller_, ours_));
  converse(one, other);
  shutdown(one.stream->socket(), SHUT_WR);
  converse(one, other);
  EXPECT_TRUE(other.is_closed);
}

TEST_F(TlsStreamTest, BelievesOnlyItsAuthority) {
  const Certified stranger = make_certified("stranger", theirs_);
  auto [switch_says, stranger_says] = faults(test::identity(switch_, ours_), test::identity(stranger, ours_));
  EXPECT_EQ(switch_says, "certificate of 127.0.0.1: unable to get local issuer certificate");
  EXPECT_EQ(stranger_says, "127.0.0.1 does not accept the switch's certificate: unknown CA");
  EXPECT_EQ(faults(test::identity(stranger, ours_), test::identity(switch_, ours_)).second,
            "certificate of 127.0.0.1: unable to get local issuer certificate");
}

TEST_F(TlsStreamTest, BelievesNobodyWhoHasSignedForHimself) {
  EXPECT_EQ(faults(test::identity(switch_, ours_), test::identity(theirs_, ours_)).first,
            "certificate of 127.0.0.1: self-signed certificate");
}

TEST_F(TlsStreamTest, BelievesNobodyWhoseTimeIsOver) {
  const Certified late = make_certified("late", ours_, -1h);
  EXPECT_EQ(faults(test::identity(switch_, ours_), test::identity(late, ours_)).first,
            "certificate of 127.0.0.1: certificate has expired");
  auto [late_says, switch_says] = faults(test::identity(late, ours_), test::identity(switch_, ours_));
  EXPECT_EQ(late_says, "127.0.0.1 does not accept the switch's certificate: certificate expired");
  EXPECT_EQ(switch_says, "certificate of 127.0.0.1: certificate has expired");
}

TEST_F(TlsStreamTest, KnowsWhoDoesNotSpeakIt) {
  for (const bool is_server : {false, true}) {
    FdPair sockets = connected_sockets();
    const Tls tls(test::identity(switch_, ours_));
    Side plain{plain_stream(std::move(sockets.first)), {4, 0, 0, 8, 0, 0, 0, 1}};
    Side ours{is_server ? tls.accept(std::move(sockets.second)) : tls.connect(std::move(sockets.second)),
              {1}};
    converse(plain, ours);
    EXPECT_EQ(ours.fault, "127.0.0.1 does not speak TLS");
  }
}

TEST_F(TlsStreamTest, HearsWhyItWasTurnedAwayAlthoughItCannotWriteAnyMore) {
  const Certified stranger = make_certified("stranger", theirs_);
  auto [one, other] = meet(test::identity(stranger, ours_), test::identity(switch_, ours_));
  EXPECT_FALSE(one.read());
  EXPECT_FALSE(other.read());
  usleep(1000);
  EXPECT_FALSE(one.read()) << "for it the handshake is over";
  for (int i = 0; i < 100 && other.fault.empty(); i++) other.turn(), usleep(1000);
  EXPECT_EQ(other.fault, "certificate of 127.0.0.1: unable to get local issuer certificate");
  one.write();
  usleep(1000);
  EXPECT_FALSE(one.write()) << "the connection is closed";
  one.turn();
  EXPECT_EQ(one.fault, "127.0.0.1 does not accept the switch's certificate: unknown CA");
}

TEST_F(TlsStreamTest, TellsThatItsBeginningWasCutOff) {
  FdPair sockets = connected_sockets();
  Side ours{Tls(test::identity(switch_, ours_)).connect(std::move(sockets.first)), {1}};
  ours.turn();
  const linger reset{.l_onoff = 1, .l_linger = 0};
  setsockopt(sockets.second.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  sockets.second.close();
  ours.turn();
  EXPECT_EQ(ours.fault, "Connection reset by peer, in the TLS handshake");
}

TEST_F(TlsStreamTest, GarbageEndsIt) {
  std::mt19937 random(2);
  for (int i = 0; i < 200; i++) {
    FdPair sockets = connected_sockets();
    Side ours{Tls(test::identity(switch_, ours_)).accept(std::move(sockets.first)), {1}};
    uint8_t garbage[600] = {22, 3, 1, 0, static_cast<uint8_t>(random()), 1};
    for (size_t k = static_cast<size_t>(i % 12); k < sizeof garbage; k++)
      garbage[k] = static_cast<uint8_t>(random());
    EXPECT_GT(send(sockets.second.get(), garbage, sizeof garbage, 0), 0);
    sockets.second.close();
    for (int turns = 0; turns < 50 && ours.stream && !ours.is_closed; turns++) ours.turn();
    EXPECT_TRUE(!ours.fault.empty() || ours.is_closed);
    EXPECT_TRUE(ours.heard.empty());
  }
}

TEST_F(TlsStreamTest, NeedsNoFileOnceItIsConfined) {
  if (!kCanBeConfined) return;
  FdPair sockets = connected_sockets();
  const TlsIdentity client = test::identity(switch_, ours_), server = test::identity(controller_, ours_);
  const pid_t child = fork();
  if (child == 0) {
    confine();
    Side one{Tls(client).connect(std::move(sockets.first)), {1}};
    Side other{Tls(server).accept(std::move(sockets.second)), {2}};
    for (int i = 0; i < 100000 && (one.heard.empty() || other.heard.empty()); i++) one.turn(), other.turn();
    _exit(one.heard.size() + other.heard.size() == 2 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

std::string refusal(TlsIdentity identity) {
  try {
    Tls accepted(identity);
    return "accepted";
  } catch (const Error& fault) {
    return fault.what();
  }
}

TEST_F(TlsTest, SaysWhichFileIsOfNoUse) {
  const TlsIdentity good = test::identity(switch_, ours_);
  EXPECT_EQ(refusal(good), "accepted");
  TlsIdentity bad = good;
  bad.private_key = controller_.private_key;
  EXPECT_THAT(refusal(bad), StartsWith("controller-key.pem: this is not the key of the certificate in "
                                       "switch-cert.pem; give the two"));
  bad = good;
  bad.private_key.text = bad.certificate.text;
  EXPECT_THAT(refusal(bad), StartsWith("switch-key.pem: this is no private key in PEM form"));
  bad = good;
  bad.certificate.text = "";
  EXPECT_THAT(refusal(bad), StartsWith("switch-cert.pem: this is no certificate in PEM form"));
  bad = good;
  bad.ca_certificate.text += "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(refusal(bad), StartsWith("ours-cert.pem: this is no certificate"));
}

TEST_F(TlsTest, TakesSeveralAuthorities) {
  TlsIdentity broad = test::identity(switch_, ours_);
  broad.ca_certificate.text += theirs_.certificate.text;
  const Certified stranger = make_certified("stranger", theirs_);
  auto [one, other] = meet(broad, test::identity(stranger, ours_));
  converse(one, other);
  EXPECT_EQ(one.heard, Bytes({'h', 'o'}));
}

TEST_F(TlsTest, WithoutAnIdentityNobodyIsSpokenTo) {
  EXPECT_FALSE(Tls());
  EXPECT_THROW(Tls().connect(FileDescriptor()), Error);
  EXPECT_THROW(Tls().accept(FileDescriptor()), Error);
}

}  // namespace
}  // namespace flowbed::sw::ofp
