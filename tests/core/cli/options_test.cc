#include "core/cli/options.hh"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/topo/builders.hh"

namespace flowbed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::variant<Options, Exit> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "flowbed");
  return parse_options(static_cast<int>(words.size()), words.data());
}

Options accepted(const std::vector<const char*>& words) {
  const auto parsed = parse(words);
  if (const Exit* exit = std::get_if<Exit>(&parsed)) {
    ADD_FAILURE() << exit->text;
    return {};
  }
  return std::get<Options>(parsed);
}

// The message of a usage fault.
std::string refused(const std::vector<const char*>& words) {
  const auto parsed = parse(words);
  const Exit* exit = std::get_if<Exit>(&parsed);
  if (exit == nullptr) return "(accepted)";
  EXPECT_EQ(exit->status, 2);
  return exit->text;
}

TEST(Options, WithoutWordsAreTheMinimalNetworkAndTheShell) {
  const Options options = accepted({});
  EXPECT_EQ(options.action, Action::run);
  EXPECT_EQ(options.topo, "minimal");
  EXPECT_TRUE(options.tests.empty());
  EXPECT_EQ(options.verbosity, Verbosity::info);
}

TEST(Options, ChainTestsInOrder) {
  EXPECT_THAT(accepted({"--test", "pingpair+iperf", "--test", "all"}).tests,
              ElementsAre("pingpair", "iperf", "pingall", "iperf"));
  EXPECT_THAT(refused({"--test", "pingal"}), HasSubstr("pingall, pingallfull"));
}

TEST(Options, TakeAValueOfATestAsThatOnly) {
  const Options options = accepted({"--test", "pingall", "lab.json"});
  EXPECT_EQ(options.topo, "lab.json");
  EXPECT_THAT(options.tests, ElementsAre("pingall"));
}

TEST(Options, SayWhatMininetsSwitchesMeanHere) {
  EXPECT_THAT(accepted({"--switch", "ovsk"}).notes, ElementsAre(HasSubstr("--switch ovsk")));
  EXPECT_TRUE(accepted({"--switch", "user", "--controller", "none", "--link", "default"}).notes.empty());
}

TEST(Options, SwitchSpanningTreeOnAndOff) {
  EXPECT_EQ(accepted({"--switch", "default"}).stp, std::nullopt);
  EXPECT_EQ(accepted({"--switch", "default,stp=1"}).stp, true);
  EXPECT_EQ(accepted({"--switch", "ovsbr,stp=0"}).stp, false);
  EXPECT_THAT(refused({"--switch", "default,stp=yes"}), HasSubstr("stp=1 for spanning tree"));
  EXPECT_THAT(refused({"--switch", "default,stpd=1"}), HasSubstr("only stp=1, stp=0, failMode"));
  EXPECT_THAT(refused({"--host", "proc,stp=1"}), HasSubstr("no argument \"stp=1\""));
}

TEST(Options, NameControllers) {
  EXPECT_FALSE(accepted({}).openflow.controllers);
  EXPECT_FALSE(accepted({"--controller", "default"}).openflow.controllers);
  EXPECT_TRUE(accepted({"--controller", "none"}).openflow.controllers->empty());
  const auto two = *accepted({"--controller", "remote", "--controller", "remote,ip=10.0.0.9,port=7000"})
                        .openflow.controllers;
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].name, "c0");
  EXPECT_FALSE(two[0].tcp_port);
  EXPECT_EQ(two[1].name, "c1");
  EXPECT_EQ(two[1].address, "10.0.0.9");
  EXPECT_EQ(two[1].tcp_port, 7000);
  const auto reference = accepted({"--controller", "ref"}).openflow.controllers->front();
  EXPECT_THAT(reference.program, HasSubstr("ptcp:6653"));
  EXPECT_EQ(reference.tcp_port, 6653);
  EXPECT_THAT(refused({"--controller", "remote,ip=here"}), HasSubstr("\"here\" is no IP address"));
  EXPECT_THAT(refused({"--controller", "remote,port=0"}), HasSubstr("\"0\" is no TCP port"));
  EXPECT_THAT(refused({"--controller", "remote,colour=red"}), HasSubstr("only ip=…, port=… and protocol=…"));
  EXPECT_THAT(refused({"--controller", "ryu"}), HasSubstr("use --controller remote"));
  EXPECT_THAT(refused({"--controller", "foo"}), HasSubstr("choose from default, none, ref, remote"));
}

TEST(Options, SayHowSwitchesSpeakToThem) {
  const OpenFlowOptions openflow =
      accepted(
          {"--switch", "ovs,protocols=OpenFlow10:OpenFlow13,failMode=secure,stp=1", "--listenport", "6654"})
          .openflow;
  EXPECT_THAT(openflow.protocols, ElementsAre("OpenFlow10", "OpenFlow13"));
  EXPECT_EQ(openflow.fail_mode, "secure");
  EXPECT_EQ(openflow.listen_port, 6654);
  EXPECT_THAT(refused({"--switch", "ovs,protocols=OpenFlow12"}), HasSubstr("\"OpenFlow12\" is not spoken"));
  EXPECT_THAT(refused({"--switch", "ovs,failMode=open"}),
              HasSubstr("failMode=secure or failMode=standalone"));
  EXPECT_THAT(refused({"--listenport", "0"}), HasSubstr("--listenport"));
}

TEST(Options, SayWhatSwitchesTellCollectors) {
  const OpenFlowOptions openflow =
      accepted({"--switch",
                "default,sflow=10.0.0.9,sampling=64,place=h9,stp=1,netflow=10.0.0.8:99,failMode=secure"})
          .openflow;
  EXPECT_EQ(openflow.exports.sflow.sampling, 64u);
  EXPECT_EQ(openflow.exports.sflow.place, "h9");
  EXPECT_THAT(openflow.exports.netflow.targets, ElementsAre("10.0.0.8:99"));
  EXPECT_EQ(openflow.fail_mode, "secure");
  EXPECT_FALSE(openflow.exports.ipfix.is_on());
  EXPECT_THAT(refused({"--switch", "ovs,sampling=64"}), HasSubstr("takes no argument \"sampling=64\""));
  EXPECT_THAT(refused({"--switch", "ovs,sflow=here"}), HasSubstr("\"here\" is no address"));
}

TEST(Options, PutThemIntoTheTopology) {
  const Options options =
      accepted({"--controller", "remote", "--listenport", "7000", "--switch", "default,failMode=standalone"});
  const Topology topology = with_openflow(build_topology("linear,2"), options.openflow);
  EXPECT_EQ(topology.nodes.back().name, "c0");
  EXPECT_EQ(topology.nodes.back().kind, NodeKind::controller);
  std::vector<uint16_t> ports;
  for (const Node& node : topology.nodes) {
    if (node.listen_port) ports.push_back(*node.listen_port);
  }
  EXPECT_THAT(ports, ElementsAre(7000, 7001));
  OpenFlowOptions none;
  none.controllers.emplace();
  EXPECT_NE(with_openflow(topology, none).nodes.back().kind, NodeKind::controller);
}

TEST(Options, NameCertificates) {
  const OpenFlowOptions openflow =
      accepted({"--controller", "remote,protocol=ssl", "--switch", "default,listenProtocol=ssl", "--tls-key",
                "key.pem", "--tls-certificate", "/etc/cert.pem", "--tls-ca", "ca.pem"})
          .openflow;
  EXPECT_EQ(openflow.controllers->front().protocol, "ssl");
  Topology topology = build_topology("minimal");
  topology.find("s1")->controllers = {"c7"};
  topology = with_openflow(std::move(topology), openflow);
  EXPECT_EQ(topology.tls.private_key, std::filesystem::current_path() / "key.pem");
  EXPECT_EQ(topology.tls.certificate, "/etc/cert.pem");
  EXPECT_EQ(topology.find("s1")->listen_protocol, "ssl");
  EXPECT_EQ(topology.find("s1")->controllers, std::nullopt) << "those of the command line are for all";
  EXPECT_THAT(refused({"--controller", "remote,protocol=tls"}), HasSubstr("\"tls\" is no protocol"));
}

TEST(Options, RefuseWhatIsNotThereYetWithTheReason) {
  EXPECT_THAT(refused({"--custom", "x.py"}), HasSubstr("--custom comes in a later version"));
  EXPECT_THAT(refused({"--nat"}), HasSubstr("--nat"));
}

TEST(Options, ShapeLinksAsMininetDoes) {
  const LinkShape shape = accepted({"--link", "tc,bw=10,delay=5ms,loss=1", "--seed", "7"}).link;
  EXPECT_EQ(shape.rate, 10'000'000u);
  EXPECT_EQ(shape.loss, 0.01);
  EXPECT_EQ(accepted({"--link", "default,rate=1Gbit"}).link.rate, 1'000'000'000u);
  EXPECT_TRUE(accepted({"--link", "default"}).link.is_plain());
  EXPECT_THAT(refused({"--link", "tc,delay=5"}), HasSubstr("--link tc,delay=5: delay: \"5\" is not a time"));
  EXPECT_THAT(refused({"--link", "tc,down"}), HasSubstr("both directions of all links"));
}

TEST(Options, LimitHostsAsMininetDoes) {
  const HostLimits limits = *accepted({"--host", "cfs,cpu=.1,memory=100MB,cores=0-1"}).host_limits;
  EXPECT_EQ(limits.cpu, 0.1);
  EXPECT_EQ(limits.memory, 100'000'000u);
  EXPECT_EQ(limits.cores, (CpuList{0, 1}));
  EXPECT_EQ(accepted({"--host", "rt,cpu=0.3"}).host_limits->sched, Scheduling::rt);
  EXPECT_FALSE(accepted({"--host", "proc"}).host_limits);
  EXPECT_THAT(refused({"--host", "cfs,cpu=2"}), HasSubstr("--host cfs,cpu=2: cpu: \"2\""));
  EXPECT_THAT(refused({"--host", "cfs,colour"}), HasSubstr("colour"));
  EXPECT_THAT(refused({"--host", "vm"}), HasSubstr("default, proc, cfs, rt"));
}

TEST(Options, ListTheValidValues) {
  EXPECT_THAT(refused({"--switch", "foo"}), HasSubstr("default, user, ovs"));
  EXPECT_THAT(refused({"-v", "loud"}), HasSubstr("debug, info, output"));
  EXPECT_THAT(refused({"--ipbase", "10.0.0.999/8"}), HasSubstr("10.0.0.999/8"));
  EXPECT_THAT(refused({"lst"}), HasSubstr("list, attach"));
  EXPECT_THAT(refused({"--bogus"}), HasSubstr("--bogus"));
}

TEST(Options, RefuseTwoNetworksAtOnce) {
  EXPECT_THAT(refused({"--topo", "single,3", "lab.json"}), HasSubstr("give one of them"));
  EXPECT_THAT(refused({"--topo", "single", "--topo", "tree"}), HasSubstr("twice"));
}

TEST(Options, LeaveACommandForANodeUnread) {
  const Options options = accepted({"exec", "net1", "h1", "--", "ls", "-l", "--json", "--"});
  EXPECT_EQ(options.action, Action::exec);
  EXPECT_EQ(options.network, "net1");
  EXPECT_EQ(options.node, "h1");
  EXPECT_THAT(options.command, ElementsAre("ls", "-l", "--json", "--"));
  EXPECT_FALSE(options.json);
  EXPECT_THAT(accepted({"exec", "net1", "h1", "ls", "-l"}).command, ElementsAre("ls", "-l"));
  EXPECT_THAT(refused({"exec", "net1", "h1"}), HasSubstr("which command"));
}

TEST(Options, KnowTheVisits) {
  EXPECT_EQ(accepted({"list", "--json"}).action, Action::list);
  EXPECT_EQ(accepted({"attach", "x"}).network, "x");
  EXPECT_EQ(accepted({"stop", "x"}).action, Action::stop);
  EXPECT_EQ(accepted({"-c"}).action, Action::clean);
  EXPECT_EQ(accepted({"doctor"}).action, Action::doctor);
  EXPECT_TRUE(accepted({"doctor", "--json"}).json);
  EXPECT_THAT(refused({"attach"}), HasSubstr("NAME"));
}

TEST(Options, ShowHelpAndVersion) {
  const auto help = std::get<Exit>(parse({"--help"}));
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.text, HasSubstr("tree,depth,fanout"));
  EXPECT_THAT(std::get<Exit>(parse({"--version"})).text, HasSubstr("flowbed 0."));
}

}  // namespace
}  // namespace flowbed
