#include "core/cli/verb_parser.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "core/cli/words.hh"
#include "tests/core/cli/fake_network.hh"

namespace flowbed {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::vector<Verb> kVerbs = sample_verbs();

VerbCall parse(const std::string& line) {
  const std::vector<std::string> words = split_words(line);
  size_t used = 0;
  const Verb* verb = find_verb(kVerbs, words, used);
  if (verb == nullptr) throw Error("no verb");
  return parse_verb(*verb, {words.begin() + static_cast<ptrdiff_t>(used), words.end()},
                    list_names(small_topology()));
}

std::string fault_of(const std::string& line) {
  try {
    parse(line);
    return "(accepted)";
  } catch (const Error& fault) {
    return fault.what();
  }
}

TEST(VerbParser, FillsParametersInTheirOrder) {
  EXPECT_EQ(parse("iperf h1 h2").params, Json({{"client", "h1"}, {"server", "h2"}}));
  EXPECT_EQ(parse("link h1 s1 down").params, Json({{"a", "h1"}, {"b", "s1"}, {"state", "down"}}));
  EXPECT_EQ(parse("pingall 0.5").params, Json({{"timeout", 0.5}}));
  EXPECT_EQ(parse("pingall").params, Json::object());
}

TEST(VerbParser, TakesParametersByName) {
  EXPECT_EQ(parse("iperf seconds=1 h2").params, Json({{"seconds", 1}, {"client", "h2"}}));
  EXPECT_EQ(parse("iperf server=h1 h2").params, Json({{"server", "h1"}, {"client", "h2"}}));
}

TEST(VerbParser, TakesARateForARateAndAHostForAHost) {
  EXPECT_EQ(parse("iperfudp 10M h1 h2").params, Json({{"bandwidth", "10M"}, {"client", "h1"}, {"server", "h2"}}));
  EXPECT_EQ(parse("iperfudp h1 h2").params, Json({{"client", "h1"}, {"server", "h2"}}));
  EXPECT_EQ(parse("iperfudp h1 h2 bandwidth=1.5G").params,
            Json({{"bandwidth", "1.5G"}, {"client", "h1"}, {"server", "h2"}}));
  EXPECT_THAT(fault_of("iperfudp 10Q h1 h2"), HasSubstr("bandwidth: \"10Q\" is not a rate; write e.g. 10M"));
  EXPECT_THAT(fault_of("iperfudp h9 h2"), HasSubstr("no host \"h9\""));
}

TEST(VerbParser, TakesALinkOrOneOfItsEnds) {
  EXPECT_EQ(parse("capture h2-s1 x").params.at("interface"), "h2-s1");
  EXPECT_EQ(parse("capture s1-h2 x").params.at("interface"), "s1-h2");
  EXPECT_EQ(parse("link s1-eth1 h1-eth0 down").params.at("a"), "s1-eth1");
  EXPECT_THAT(fault_of("capture h1-h2 x"), HasSubstr("there is no interface or link \"h1-h2\""));
}

TEST(VerbParser, JoinsTheWordsOfAVerb) {
  EXPECT_EQ(parse("add host h3 address=10.0.0.9/8").verb->name, "add-host");
  EXPECT_EQ(parse("del link h1 s1").verb->name, "del-link");
  EXPECT_EQ(parse("add-host h3").verb->name, "add-host");
}

TEST(VerbParser, GivesALastRequiredStringTheRestOfTheLine) {
  EXPECT_EQ(parse("trace s1 in_port=1, icmp nw_src=10.0.0.1").params,
            Json({{"switch", "s1"}, {"packet", "in_port=1, icmp nw_src=10.0.0.1"}}));
}

TEST(VerbParser, TakesFieldsToTheEndOfTheLine) {
  const Json wanted = {{"switch", "s1"}, {"flow", "priority=10, ip, actions=output:2,\"s1-eth1\""}};
  EXPECT_EQ(parse("add-flow s1 'priority=10, ip, actions=output:2,\"s1-eth1\"'").params, wanted);
  EXPECT_EQ(parse("add flow s1 priority=10, ip,  actions=output:2,'\"s1-eth1\"'").params, wanted);
  EXPECT_EQ(parse("flows s1 table=0 ip").params, Json({{"switch", "s1"}, {"filter", "table=0 ip"}}));
  EXPECT_EQ(parse("flows s1").params, Json({{"switch", "s1"}}));
  EXPECT_EQ(parse("del-meters s1 meter=1").params, Json({{"switch", "s1"}, {"meter", "meter=1"}}));
  EXPECT_THAT(fault_of("add-flow s1"), HasSubstr("FLOW is missing"));
}

TEST(VerbParser, RaisesFlags) {
  const Json wanted = {{"switch", "s1"}, {"strict", true}, {"flow", "ip actions=drop"}};
  EXPECT_EQ(parse("mod-flows s1 --strict ip actions=drop").params, wanted);
  EXPECT_EQ(parse("mod-flows --strict s1 ip actions=drop").params, wanted);
  EXPECT_EQ(parse("mod-flows s1 ip actions=drop").params.contains("strict"), false);
  EXPECT_THAT(fault_of("mod-flows s1"), HasSubstr("Usage: mod-flows SWITCH [--strict] FLOW"));
}

TEST(VerbParser, MakesFilesAbsolute) {
  EXPECT_EQ(parse("capture h1-eth0 /tmp/a.pcapng").params.at("file"), "/tmp/a.pcapng");
  EXPECT_EQ(parse("capture h1-eth0 a.pcapng").params.at("file").get<std::string>().front(), '/');
}

TEST(VerbParser, AsksForRawAnswers) {
  EXPECT_TRUE(parse("pingall --json").raw_json);
  EXPECT_FALSE(parse("pingall").raw_json);
}

TEST(VerbParser, NamesWhatIsWrongAndShowsTheUsage) {
  EXPECT_THAT(fault_of("link h1 h9 down"), AllOf(HasSubstr("\"h9\""), HasSubstr("Usage: link A B up|down")));
  EXPECT_THAT(fault_of("link h1 s1 sideways"), HasSubstr("up"));
  EXPECT_THAT(fault_of("link h1"), HasSubstr("B is missing"));
  EXPECT_THAT(fault_of("iperf h1 h2 5 6"), HasSubstr("\"6\" is one too many"));
  EXPECT_THAT(fault_of("pingall soon"), HasSubstr("\"soon\" is not a number"));
  EXPECT_THAT(fault_of("iperf s1 h2"), HasSubstr("no host \"s1\""));
  EXPECT_THAT(fault_of("iperf client=h1 client=h2"), HasSubstr("twice"));
  EXPECT_THAT(fault_of("capture h1-eth7 x"), HasSubstr("h1-eth7"));
}

TEST(VerbParser, WritesUsageAndHelpFromTheTable) {
  size_t used = 0;
  const Verb* verb = find_verb(kVerbs, {"iperf"}, used);
  EXPECT_EQ(verb_usage(*verb), "iperf [CLIENT] [SERVER] [SECONDS]");
  EXPECT_EQ(parameter_help(verb->parameters[0]), "client (host, optional): sends");
}

}  // namespace
}  // namespace flowbed
