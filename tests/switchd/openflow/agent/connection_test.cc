#include "tests/switchd/openflow/agent/agent_rig.hh"

namespace flowbed::sw::ofp {
namespace {

TEST(Connection, SaysHelloFirstAndAgreesOnTheHighestCommonVersion) {
  AgentRig rig;
  auto connection = rig.agent.connect(rig.now);
  EXPECT_THAT(cut(connection->take_output()), ElementsAre(encode(make_hello(kAllVersions), k14, 0).at(0)));
  EXPECT_FALSE(connection->session().version);
  const OfVersion theirs[] = {k10, k13};
  connection->receive(encode_request(make_hello(theirs), k13, 1), rig.now);
  EXPECT_EQ(connection->session().version, k13);
  EXPECT_THAT(connection->output(), IsEmpty());
}

TEST(Connection, OnlyAllowedVersionsAreSpoken) {
  AgentRig rig({.versions = {k13}});
  auto connection = rig.agent.connect(rig.now);
  connection->take_output();
  const OfVersion theirs[] = {k10};
  connection->receive(encode_request(make_hello(theirs), k10, 1), rig.now);
  EXPECT_EQ(connection->closed(),
            "it speaks OpenFlow 1.0; only these versions are spoken here: OpenFlow 1.3");
  const Messages messages = cut(connection->take_output());
  ASSERT_THAT(messages, SizeIs(1));
  EXPECT_EQ(Controller::error_in(messages[0]), error_code(OfFaultKind::kHelloIncompatible, k13));
  EXPECT_EQ(read_header(messages[0]).xid, 1u);
  EXPECT_THAT(std::string(messages[0].begin() + 12, messages[0].end()), HasSubstr("OpenFlow 1.3"));
}

TEST(Connection, GarbageEndsIt) {
  const auto reason_for = [](std::string_view text) {
    AgentRig rig;
    auto connection = rig.agent.connect(rig.now);
    connection->receive(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()), rig.now);
    return connection->closed().value_or("");
  };
  EXPECT_THAT(reason_for("GET / HTTP/1.1\r\n"), HasSubstr("hello"));
  EXPECT_THAT(reason_for(std::string_view("\4\0\0\4\0\0\0\0", 8)), HasSubstr("shorter"));
  EXPECT_THAT(reason_for(std::string_view("\4\5\0\x8\0\0\0\1", 8)), HasSubstr("hello"));
  EXPECT_THAT(reason_for(std::string_view("\1\1\0\x10\0\0\0\1\0\0\0\0nope", 16)), HasSubstr("nope"));
  EXPECT_EQ(reason_for("GET"), "");
}

TEST(Connection, AnotherVersionAfterHelloEndsIt) {
  AgentRig rig;
  Controller controller = rig.controller(k13);
  controller.send(encode_request(EchoRequest{}, k14, 5));
  EXPECT_THAT(controller.connection().closed().value_or(""), HasSubstr("OpenFlow 1.4, after OpenFlow 1.3"));
  const Messages messages = controller.take();
  ASSERT_THAT(messages, SizeIs(1));
  EXPECT_EQ(Controller::error_in(messages[0]), controller.code(OfFaultKind::kBadVersion));
  EXPECT_THAT(controller.ask(EchoRequest{}), IsEmpty());
}

TEST(Connection, WhatIsNotKnownIsAnErrorOnly) {
  AgentRig rig;
  for (const OfVersion version : kAllVersions) {
    Controller controller = rig.controller(version);
    const ofp::Bytes unknown = {static_cast<uint8_t>(version), 99, 0, 12, 0, 0, 0, 9, 1, 2, 3, 4};
    controller.send(unknown);
    const Messages messages = controller.take();
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_EQ(Controller::error_in(messages[0]), controller.code(OfFaultKind::kBadType));
    EXPECT_EQ(read_header(messages[0]).xid, 9u);
    EXPECT_EQ(ofp::Bytes(messages[0].begin() + 12, messages[0].end()), unknown);
    const ofp::Bytes vendor = {static_cast<uint8_t>(version), 4, 0, 16, 0, 0, 0, 9, 0, 1, 2, 3, 0, 0, 0, 0};
    controller.send(vendor);
    EXPECT_EQ(Controller::error_in(controller.take().at(0)), controller.code(OfFaultKind::kBadExperimenter));
    EXPECT_FALSE(controller.connection().closed());
  }
}

TEST(Connection, UnreadableErrorsAndLaterHellosAreNotAnswered) {
  AgentRig rig;
  Controller controller = rig.controller(k13);
  controller.send(ofp::Bytes{4, 1, 0, 9, 0, 0, 0, 1, 0});
  controller.send(make_hello(kAllVersions));
  EXPECT_THAT(controller.take(), IsEmpty());
  EXPECT_FALSE(controller.connection().closed());
}

TEST(Connection, BytesComeInAnyPortions) {
  AgentRig rig;
  ofp::Bytes stream;
  for (const Request& request :
       std::vector<Request>{EchoRequest{{1, 2}}, BarrierRequest{}, FeaturesRequest{}}) {
    const ofp::Bytes message = encode_request(request, k13, kXid);
    stream.insert(stream.end(), message.begin(), message.end());
  }
  Controller joined = rig.controller(k13), split = rig.controller(k13);
  joined.send(stream);
  for (const uint8_t byte : stream) split.send(ofp::Bytes{byte});
  const Messages answers = joined.take();
  EXPECT_THAT(answers, SizeIs(3));
  EXPECT_EQ(split.take(), answers);
}

TEST(Connection, SilenceIsAskedAboutAndThenTheEnd) {
  AgentRig rig({.echo_after = 5s});
  Controller controller = rig.controller(k13);
  Connection& connection = controller.connection();
  EXPECT_EQ(connection.deadline(), rig.now + 5s);
  connection.tick(rig.now += 4s);
  EXPECT_THAT(controller.take(), IsEmpty());
  connection.tick(rig.now += 1s);
  EXPECT_THAT(controller.types(), ElementsAre(MessageType::kEchoRequest));
  controller.send(EchoReply{});
  connection.tick(rig.now += 4s);
  EXPECT_THAT(controller.take(), IsEmpty());
  connection.tick(rig.now += 1s);
  EXPECT_THAT(controller.types(), SizeIs(1));
  connection.tick(rig.now += 1s);
  connection.tick(rig.now += 5s);
  EXPECT_EQ(connection.closed(), "it has not answered for 11 s");
}

TEST(Connection, HelloIsWaitedForAsLong) {
  AgentRig rig({.echo_after = 5s});
  auto connection = rig.agent.connect(rig.now);
  connection->take_output();
  connection->tick(rig.now += 5s);
  EXPECT_THAT(connection->output(), IsEmpty());
  connection->tick(rig.now += 5s);
  EXPECT_THAT(connection->closed().value_or(""), HasSubstr("hello"));
}

TEST(Connection, WhoDoesNotReadIsGivenUp) {
  AgentRig rig({.max_output = 1000});
  Controller controller = rig.controller(k13);
  for (int i = 0; i < 100 && !controller.connection().closed(); i++)
    controller.send(EchoRequest{ofp::Bytes(100)});
  EXPECT_THAT(controller.connection().closed().value_or(""), HasSubstr("does not read"));
  EXPECT_LT(controller.connection().output().size(), 1200u);
}

TEST(Connection, OutputIsTakenInPieces) {
  AgentRig rig;
  Controller controller = rig.controller(k13);
  int calls = 0;
  controller.connection().on_output([&] { calls++; });
  controller.send(EchoRequest{{1, 2, 3, 4}});
  controller.send(BarrierRequest{});
  EXPECT_EQ(calls, 1);
  const ofp::Bytes all(controller.connection().output().begin(), controller.connection().output().end());
  ofp::Bytes pieces;
  while (!controller.connection().output().empty()) {
    pieces.push_back(controller.connection().output()[0]);
    controller.connection().drop_output(1);
  }
  EXPECT_EQ(pieces, all);
}

TEST(Connection, WhoReadsSlowlyIsAlive) {
  AgentRig rig({.echo_after = 5s});
  Controller controller = rig.controller(k13);
  controller.send(EchoRequest{ofp::Bytes(100)});
  for (int i = 0; i < 10; i++) {
    controller.connection().drop_output(5);
    controller.connection().tick(rig.now += 4s);
  }
  EXPECT_FALSE(controller.connection().closed());
}

TEST(Connection, EndsWithItsSwitch) {
  AgentRig rig;
  Controller controller = rig.controller(k13);
  rig.slow_path.remove_bridge("s1");
  rig.agent.tick(rig.now);
  controller.send(BarrierRequest{});
  EXPECT_THAT(controller.connection().closed().value_or(""), HasSubstr("s1"));
}

}  // namespace
}  // namespace flowbed::sw::ofp
