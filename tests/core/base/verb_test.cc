#include "core/base/verb.hh"

#include <gtest/gtest.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

Task<Json> echo(Json params) { co_return params; }

VerbTable table() {
  VerbTable t;
  t.add({"ping",
         {{"from", "host", "who asks"},
          {"count", "number", "how often", false},
          {"mode", "fast|slow", "how", false},
          {"quiet", "boolean", "say nothing", false},
          {"rest", "json", "anything", false}},
         "Pings.",
         echo});
  return t;
}

// The answer as text, or the error.
std::string call(const VerbTable& t, const std::string& name, const Json& params) {
  std::string text;
  const auto run = [](const VerbTable& verbs, std::string verb, Json given, std::string& out) -> Task<> {
    out = (co_await verbs.call(verb, given)).dump();
  };
  spawn(run(t, name, params, text), [&](std::exception_ptr fault) {
    if (!fault) return;
    try {
      std::rethrow_exception(fault);
    } catch (const Error& e) {
      text = e.what();
    }
  });
  return text;
}

TEST(VerbTable, RunsAVerb) {
  EXPECT_EQ(call(table(), "ping", {{"from", "h1"}, {"mode", "fast"}}), "{\"from\":\"h1\",\"mode\":\"fast\"}");
}

TEST(VerbTable, ChecksParameters) {
  const VerbTable t = table();
  EXPECT_EQ(call(t, "pong", Json::object()), "there is no verb \"pong\"");
  EXPECT_EQ(call(t, "ping", Json::object()), "ping: parameter \"from\" is missing");
  EXPECT_EQ(call(t, "ping", Json::array()), "ping: parameters must be an object");
  EXPECT_EQ(call(t, "ping", {{"form", "h1"}}), "ping: there is no parameter \"form\"");
  EXPECT_EQ(call(t, "ping", {{"from", 1}}), "ping: parameter \"from\" is 1, but takes: host");
  EXPECT_EQ(call(t, "ping", {{"from", "h1"}, {"count", "1"}}),
            "ping: parameter \"count\" is \"1\", but takes: number");
  EXPECT_EQ(call(t, "ping", {{"from", "h1"}, {"quiet", 1}}),
            "ping: parameter \"quiet\" is 1, but takes: boolean");
  EXPECT_EQ(call(t, "ping", {{"from", "h1"}, {"mode", "slo"}}),
            "ping: parameter \"mode\" is \"slo\", but takes: fast|slow");
  EXPECT_EQ(call(t, "ping", {{"from", "h1"}, {"mode", "fast|slow"}}),
            "ping: parameter \"mode\" is \"fast|slow\", but takes: fast|slow");
}

TEST(VerbTable, ItsDescriptionGivesItBack) {
  const VerbTable t = table();
  const auto verbs = verbs_from_description(t.describe());
  VerbTable again;
  for (const Verb& verb : verbs) again.add(verb);
  EXPECT_EQ(again.describe(), t.describe());
  EXPECT_EQ(verbs.at(0).parameters.at(1).type, "number");
  EXPECT_FALSE(verbs.at(0).parameters.at(1).required);
}

}  // namespace
}  // namespace flowbed
