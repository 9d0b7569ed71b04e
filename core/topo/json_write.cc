#include <nlohmann/json.hpp>

#include "core/topo/json.hh"
#include "core/topo/json_members.hh"
#include "core/topo/json_text.hh"

namespace flowbed {
namespace json {
namespace {

using OrderedJson = nlohmann::ordered_json;

template <class T>
OrderedJson object_of(const T& value);

// A private directory without more to say is just its path.
OrderedJson element_of(const PrivateDir& dir) {
  return dir.from.empty() && dir.extensions.empty() ? OrderedJson(dir.path) : object_of(dir);
}
template <class T>
OrderedJson element_of(const T& value) {
  return object_of(value);
}

// Visits members (see json_members.hh) and writes them into one object.
class ObjectWriter {
 public:
  OrderedJson take() { return std::move(object_); }

  void version(const char* key) { object_[key] = kJsonVersion; }

  template <class T>
  void required(const char* key, const T& value, const Format<T>& format) {
    object_[key] = OrderedJson(format.write(value));
  }

  template <class T>
  void always(const char* key, const T& value, const Format<T>& format) {
    required(key, value, format);
  }

  template <class T, class U>
  void standard(const char* key, const T& value, const Format<T>& format, const U& standard) {
    if (!(value == standard)) required(key, value, format);
  }

  template <class T>
  void optional(const char* key, const std::optional<T>& value, const Format<T>& format) {
    if (value) required(key, *value, format);
  }

  template <class T>
  void list(const char* key, const std::vector<T>& values, const Format<T>& format) {
    for (const T& value : values) object_[key].push_back(OrderedJson(format.write(value)));
  }

  template <class T>
  void object(const char* key, const T& value) {
    object_[key] = object_of(value);
  }

  template <class T>
  void standard_object(const char* key, const T& value) {
    if (!(value == T{})) object(key, value);
  }

  template <class T>
  void objects(const char* key, const std::vector<T>& values) {
    for (const T& value : values) object_[key].push_back(element_of(value));
  }

  template <class T>
  void object_map(const char* key, const std::map<std::string, T>& values) {
    OrderedJson::object_t members;
    for (const auto& [name, value] : values)
      members.emplace_back(name, object_of(value));  // without looking for equals
    if (!members.empty()) object_[key] = std::move(members);
  }

  void extensions(const Extensions& extensions) {
    for (const auto& [key, text] : extensions) object_[key] = OrderedJson::parse(text);
  }

  template <class Function>
  void only(bool, const char*, Function visit) {
    visit();
  }

  void misnamed(const char*, const char*) {}

 private:
  OrderedJson object_ = OrderedJson::object();
};

template <class T>
OrderedJson object_of(const T& value) {
  ObjectWriter writer;
  members(writer, value);
  return writer.take();
}

}  // namespace
}  // namespace json

nlohmann::json to_json(const Topology& topology) { return json::object_of(topology); }

std::string write_topology(const Topology& topology) { return json::print(json::object_of(topology)); }

}  // namespace flowbed
