// The ready networks in topologies/: each is valid, comes back exactly, and starts and stops.
#include <filesystem>

#include <gtest/gtest.h>

#include "core/base/fd.hh"
#include "core/topo/builders.hh"
#include "core/topo/json.hh"
#include "core/topo/plan.hh"
#include "tests/core/topo/strict_kernel.hh"

namespace flowbed {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(FLOWBED_SOURCE_DIR) / "topologies";

std::vector<std::string> ready_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const bool is_network = entry.path().extension() == ".json" && entry.path().filename() != "schema.json";
    if (is_network) names.push_back(entry.path().stem());
  }
  return names;
}

std::string text_of(const std::string& name) { return read_file(kFolder / (name + ".json")); }

class ReadyFile : public testing::TestWithParam<std::string> {};

TEST_P(ReadyFile, IsValidAndHasANameAndALayout) {
  const ReadResult result = load_topology(text_of(GetParam()));
  EXPECT_EQ(to_string(result.faults), "");
  EXPECT_FALSE(result.topology.name.empty());
  EXPECT_EQ(result.topology.layout.size(), result.topology.nodes.size());
}

TEST_P(ReadyFile, IsWrittenAsFlowbedWritesIt) {
  EXPECT_EQ(write_topology(load_topology(text_of(GetParam())).topology), text_of(GetParam()));
}

TEST_P(ReadyFile, ComesBackExactlyWhenItIsCompleted) {
  const Topology t = complete(load_topology(text_of(GetParam())).topology);
  const ReadResult again = load_topology(write_topology(t));
  EXPECT_EQ(to_string(again.faults), "");
  EXPECT_EQ(again.topology, t);
}

TEST_P(ReadyFile, StartsAndStops) {
  const Topology t = complete(load_topology(text_of(GetParam())).topology);
  EXPECT_EQ(to_string(check_capabilities(t, {})), "");
  test::StrictKernel kernel;
  for (const Step& step : make_plan({}, t, {})) EXPECT_EQ(kernel.apply(step), "");
  for (const Step& step : make_plan(kernel.inventory(), {}, {})) EXPECT_EQ(kernel.apply(step), "");
  EXPECT_EQ(kernel.inventory(), Inventory{});
}

INSTANTIATE_TEST_SUITE_P(Topologies, ReadyFile, testing::ValuesIn(ready_files()),
                         [](const auto& parameter) { return parameter.param; });

TEST(ReadyFiles, AreADozen) { EXPECT_GE(ready_files().size(), 12u); }

TEST(ReadyFiles, ThoseOfRegularShapeAreWhatTheirBuildersGive) {
  const std::pair<const char*, const char*> specs[] = {{"minimal", "minimal"},
                                                       {"single4", "single,4"},
                                                       {"linear3", "linear,3"},
                                                       {"tree", "tree,2,2"},
                                                       {"ring", "ring,4"},
                                                       {"fattree4", "fattree,4"},
                                                       {"leafspine", "leafspine,2,3,2"}};
  for (const auto& [file, spec] : specs) {
    Topology expected = build_topology(spec);
    const Topology t = load_topology(text_of(file)).topology;
    expected.name = t.name;
    EXPECT_EQ(t, expected) << file;
  }
}

// The page for people is written by hand: it names every file, and every builder with its parameters.
TEST(ReadyFiles, AreAllOnThePage) {
  const std::string page = read_file(kFolder / "README.md");
  for (const std::string& name : ready_files()) {
    EXPECT_NE(page.find("(" + name + ".json)"), std::string::npos) << name;
  }
  for (const Builder& builder : builders()) {
    std::string row = "| `" + builder.name + "` | ";
    for (const BuilderParameter& p : builder.parameters) {
      row += (&p == &builder.parameters[0] ? "" : ", ") + p.name + " (" + std::to_string(p.standard) + ")";
    }
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
}

TEST(ReadyFiles, TheExampleOnThePageIsValid) {
  const std::string page = read_file(kFolder / "README.md");
  const size_t start = page.find("```json\n") + 8;
  const ReadResult result = load_topology(page.substr(start, page.find("```", start) - start));
  EXPECT_EQ(to_string(result.faults), "");
}

}  // namespace
}  // namespace flowbed
