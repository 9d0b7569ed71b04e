#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/suggest.hh"
#include "core/topo/json.hh"
#include "core/topo/json_members.hh"
#include "core/topo/json_text.hh"

namespace flowbed {
namespace json {
namespace {

// A value as a message shows it: cut where it is long.
std::string excerpt(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

bool is_extension(std::string_view key) { return key.starts_with("x-"); }

template <class T>
void read_object(const Json& json, T& out, const std::string& place, std::vector<Fault>& faults);

// A private directory may be just its path.
void read_element(const Json& json, PrivateDir& out, const std::string& place, std::vector<Fault>& faults) {
  if (json.is_string()) {
    out.path = json.get<std::string>();
  } else {
    read_object(json, out, place, faults);
  }
}
template <class T>
void read_element(const Json& json, T& out, const std::string& place, std::vector<Fault>& faults) {
  read_object(json, out, place, faults);
}

// Visits members (see json_members.hh) and reads them out of one object.
class ObjectReader {
 public:
  ObjectReader(const Json& object, const std::string& place, std::vector<Fault>& faults)
      : object_(object), place_(place), faults_(faults) {}

  void version(const char* key) {
    const Json* member = find(key);
    if (member == nullptr) return fault(key, "the version of the format is missing; write \"flowbed\": 1");
    if (*member == kJsonVersion) return;
    fault(key, excerpt(*member) +
                   " is not a version of the format that this Flowbed knows; write 1, or use a newer one");
  }

  template <class T>
  void required(const char* key, T& out, const Format<T>& format) {
    if (const Json* member = find(key)) {
      read(*member, out, format, member_place(place_, key));
    } else {
      fault(key, std::string("this is missing; give ") + format.wanted);
    }
  }

  template <class T>
  void always(const char* key, T& out, const Format<T>& format) {
    if (const Json* member = find(key)) read(*member, out, format, member_place(place_, key));
  }

  template <class T, class U>
  void standard(const char* key, T& out, const Format<T>& format, const U&) {
    always(key, out, format);
  }

  template <class T>
  void optional(const char* key, std::optional<T>& out, const Format<T>& format) {
    const Json* member = find(key);
    T value{};
    if (member != nullptr && read(*member, value, format, member_place(place_, key))) out = std::move(value);
  }

  template <class T>
  void list(const char* key, std::vector<T>& out, const Format<T>& format) {
    for_each_element(key, [&](const Json& element, const std::string& place) {
      out.emplace_back();
      read(element, out.back(), format, place);
    });
  }

  template <class T>
  void object(const char* key, T& out) {
    if (const Json* member = find(key)) {
      read_object(*member, out, member_place(place_, key), faults_);
    } else {
      fault(key, "this is missing; give an object { … }");
    }
  }

  template <class T>
  void standard_object(const char* key, T& out) {
    if (const Json* member = find(key)) read_object(*member, out, member_place(place_, key), faults_);
  }

  template <class T>
  void objects(const char* key, std::vector<T>& out) {
    for_each_element(key, [&](const Json& element, const std::string& place) {
      out.emplace_back();
      read_element(element, out.back(), place, faults_);
    });
  }

  template <class T>
  void object_map(const char* key, std::map<std::string, T>& out) {
    const Json* member = find(key);
    if (member == nullptr) return;
    if (!member->is_object()) return fault(key, excerpt(*member) + " is not an object; write { … }");
    const std::string place = member_place(place_, key);
    for (const auto& [name, value] : member->items())
      read_object(value, out[name], member_place(place, name), faults_);
  }

  void extensions(Extensions& out) {
    for (const auto& [key, value] : object_.items()) {
      if (is_extension(key)) out[key] = value.dump();
    }
  }

  template <class Function>
  void only(bool applies, const char* who, Function visit) {
    const char* before = std::exchange(refused_except_, applies ? nullptr : who);
    visit();
    refused_except_ = before;
  }

  void misnamed(const char* key, const char* right) {
    if (find(key) != nullptr)
      fault(key, std::string("here they are called ") + in_quotes(right) + "; write that");
  }

  // Whatever was not visited is unknown.
  void finish() {
    for (const auto& [key, value] : object_.items()) {
      if (is_extension(key) || std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      faults_.push_back({member_place(place_, key), "there is no such member" + suggestion(key, known_, 20)});
    }
  }

 private:
  // Null if it is not there, or may not be.
  const Json* find(const char* key) {
    known_.push_back(key);
    const auto member = object_.find(key);
    if (member == object_.end()) return nullptr;
    if (refused_except_ == nullptr) return &*member;
    fault(key, std::string("only ") + refused_except_ + " have this; remove it");
    return nullptr;
  }

  void fault(const char* key, std::string message) {
    faults_.push_back({member_place(place_, key), std::move(message)});
  }

  template <class T>
  bool read(const Json& json, T& out, const Format<T>& format, const std::string& place) {
    auto value = format.read(json);
    if (value) {
      out = std::move(*value);
    } else {
      faults_.push_back({place, excerpt(json) + " is not " + format.wanted});
    }
    return value.has_value();
  }

  template <class Function>
  void for_each_element(const char* key, Function visit) {
    const Json* member = find(key);
    if (member == nullptr) return;
    if (!member->is_array()) return fault(key, excerpt(*member) + " is not a list; write [ … ]");
    const std::string place = member_place(place_, key);
    for (size_t i = 0; i < member->size(); i++) visit((*member)[i], element_place(place, i));
  }

  const Json& object_;
  const std::string& place_;
  std::vector<Fault>& faults_;
  std::vector<std::string> known_;
  const char* refused_except_ = nullptr;
};

template <class T>
void read_object(const Json& json, T& out, const std::string& place, std::vector<Fault>& faults) {
  if (!json.is_object()) {
    faults.push_back({place, excerpt(json) + " is not an object; write { … }"});
    return;
  }
  ObjectReader reader(json, place, faults);
  members(reader, out);
  reader.finish();
}

bool within(const std::string& place, const std::string& outer) {
  return place.starts_with(outer) &&
         (place.size() == outer.size() || place[outer.size()] == '.' || place[outer.size()] == '[');
}

}  // namespace
}  // namespace json

ReadResult topology_from_json(const nlohmann::json& json) {
  ReadResult result;
  json::read_object(json, result.topology, "", result.faults);
  return result;
}

ReadResult read_topology(std::string_view text) {
  ReadResult result;
  const nlohmann::json json = json::parse_text(text, result.faults);
  return result.faults.empty() ? topology_from_json(json) : result;
}

ReadResult load_topology(std::string_view text) {
  ReadResult result;
  const nlohmann::json json = json::parse_text(text, result.faults);
  if (!result.faults.empty()) return result;
  result = topology_from_json(json);
  const size_t read_faults = result.faults.size();
  for (Fault& fault : validate(result.topology)) {
    // What could not be read is missing, and has been told already.
    const bool known =
        std::any_of(result.faults.begin(), result.faults.begin() + static_cast<ptrdiff_t>(read_faults),
                    [&](const Fault& f) { return json::within(fault.place, f.place); });
    if (!known) result.faults.push_back(std::move(fault));
  }
  return result;
}

}  // namespace flowbed
