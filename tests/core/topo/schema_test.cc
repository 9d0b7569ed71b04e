// The published schema and the reader say the same: the members of every object, and the examples they accept
// and refuse. (schema_test.py asks a validator of schemas about the same examples.)
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/fd.hh"
#include "core/topo/json.hh"
#include "core/topo/json_members.hh"

namespace flowbed {
namespace {

using Json = nlohmann::json;

const std::string kRoot = FLOWBED_SOURCE_DIR;

Json json_file(const std::string& path) { return Json::parse(read_file(kRoot + path)); }

// Visits members (see json_members.hh) and only notes what they are called.
struct KeyLister {
  std::set<std::string> keys;

  void version(const char* key) { keys.insert(key); }
  template <class T, class F>
  void required(const char* key, T&, const F&) {
    keys.insert(key);
  }
  template <class T, class F>
  void always(const char* key, T&, const F&) {
    keys.insert(key);
  }
  template <class T, class F, class U>
  void standard(const char* key, T&, const F&, const U&) {
    keys.insert(key);
  }
  template <class T, class F>
  void optional(const char* key, T&, const F&) {
    keys.insert(key);
  }
  template <class T, class F>
  void list(const char* key, T&, const F&) {
    keys.insert(key);
  }
  template <class T>
  void object(const char* key, T&) {
    keys.insert(key);
  }
  template <class T>
  void standard_object(const char* key, T&) {
    keys.insert(key);
  }
  template <class T>
  void objects(const char* key, T&) {
    keys.insert(key);
  }
  template <class T>
  void object_map(const char* key, T&) {
    keys.insert(key);
  }
  void extensions(Extensions&) {}
  template <class F>
  void only(bool applies, const char*, F visit) {
    if (applies) visit();
  }
  void misnamed(const char*, const char*) {}
};

template <class T>
std::set<std::string> keys_of(T value) {
  KeyLister lister;
  json::members(lister, value);
  return lister.keys;
}

const Json& the_schema() {
  static const Json schema = json_file("/topologies/schema.json");
  return schema;
}

// With those of the definition that it extends.
std::set<std::string> schema_keys(const Json& definition) {
  std::set<std::string> keys;
  if (definition.contains("$ref"))
    keys = schema_keys(the_schema().at(Json::json_pointer(definition["$ref"].get<std::string>().substr(1))));
  const Json own = definition.value("properties", Json::object());
  for (const auto& [key, value] : own.items()) keys.insert(key);
  return keys;
}

Node node_of(NodeKind kind) {
  Node node;
  node.kind = kind;
  return node;
}

TEST(Schema, HasTheMembersThatTheReaderKnows) {
  const Json& defs = the_schema().at("$defs");
  EXPECT_EQ(schema_keys(the_schema()), keys_of(Topology{}));
  EXPECT_EQ(schema_keys(defs.at("options")), keys_of(NetworkOptions{}));
  EXPECT_EQ(schema_keys(defs.at("tls")), keys_of(TlsFiles{}));
  EXPECT_EQ(schema_keys(defs.at("host")), keys_of(node_of(NodeKind::host)));
  EXPECT_EQ(schema_keys(defs.at("host")), keys_of(node_of(NodeKind::router)));
  EXPECT_EQ(schema_keys(defs.at("switch")), keys_of(node_of(NodeKind::switch_)));
  EXPECT_EQ(schema_keys(defs.at("external-switch")), keys_of(node_of(NodeKind::external_switch)));
  EXPECT_EQ(schema_keys(defs.at("controller")), keys_of(node_of(NodeKind::controller)));
  EXPECT_EQ(schema_keys(defs.at("interface")), keys_of(Interface{}));
  EXPECT_EQ(schema_keys(defs.at("route")), keys_of(Route{}));
  EXPECT_EQ(schema_keys(defs.at("private_dir")), keys_of(PrivateDir{}));
  EXPECT_EQ(schema_keys(defs.at("sflow")), keys_of(SflowExport{}));
  EXPECT_EQ(schema_keys(defs.at("netflow")), keys_of(NetflowExport{}));
  EXPECT_EQ(schema_keys(defs.at("ipfix")), keys_of(IpfixExport{}));
  EXPECT_EQ(schema_keys(defs.at("mirror")), keys_of(Mirror{}));
  EXPECT_EQ(schema_keys(defs.at("link")), keys_of(Link{}));
  EXPECT_EQ(schema_keys(defs.at("direction")), keys_of(LinkShape{}));
  EXPECT_EQ(schema_keys(defs.at("change")), keys_of(LinkChange{}));
  EXPECT_EQ(schema_keys(defs.at("end")), keys_of(LinkEnd{}));
  EXPECT_EQ(schema_keys(defs.at("position")), keys_of(Position{}));
}

TEST(Schema, GoodExamplesAreAccepted) {
  for (const Json& example : json_file("/tests/core/topo/good_examples.json")) {
    const ReadResult result = load_topology(example.dump());
    EXPECT_EQ(to_string(result.faults), "") << example;
    EXPECT_EQ(read_topology(write_topology(result.topology)).topology, result.topology);
  }
}

TEST(Schema, BadExamplesAreRefused) {
  for (const Json& example : json_file("/tests/core/topo/bad_examples.json")) {
    EXPECT_FALSE(load_topology(example.dump()).faults.empty()) << example;
  }
}

}  // namespace
}  // namespace flowbed
