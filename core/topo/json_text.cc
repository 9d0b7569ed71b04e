#include "core/topo/json_text.hh"

#include <algorithm>
#include <cctype>
#include <set>

#include "core/base/suggest.hh"

namespace flowbed::json {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr int kMaxDepth = 100;
constexpr size_t kLineWidth = 110;

// Follows the parser through the text, for what is lost in its result.
class StructureCheck {
 public:
  explicit StructureCheck(std::vector<Fault>& faults) : faults_(faults) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    switch (event) {
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        levels_.emplace_back();
        return is_shallow(depth);
      case Json::parse_event_t::key:
        note_key(parsed.get_ref<const std::string&>());
        return true;
      case Json::parse_event_t::object_end:
      case Json::parse_event_t::array_end:
        levels_.pop_back();
        [[fallthrough]];
      case Json::parse_event_t::value:
        if (!levels_.empty()) levels_.back().index++;
        return true;
    }
    return true;
  }

 private:
  struct Level {
    std::set<std::string> keys;
    std::string key;   // of an object: the member at hand
    size_t index = 0;  // of an array: the element at hand
  };

  bool is_shallow(int depth) {
    if (depth < kMaxDepth) return true;
    if (!std::exchange(too_deep_, true))
      faults_.push_back({"", "it is nested deeper than 100 levels; flatten it"});
    return false;
  }

  void note_key(const std::string& key) {
    levels_.back().key = key;
    if (levels_.back().keys.insert(key).second) return;
    faults_.push_back({place(), "this stands twice in one object; remove one"});
  }

  std::string place() const {
    std::string text;
    for (const Level& level : levels_) {
      text = level.keys.empty() ? element_place(text, level.index) : member_place(text, level.key);
    }
    return text;
  }

  std::vector<Fault>& faults_;
  std::vector<Level> levels_;
  bool too_deep_ = false;
};

// `byte` counts from 1 and is the last one read.
std::string line_and_column(std::string_view text, size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : std::min(byte - 1, text.size()));
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view line = before.substr(line_start);
  const auto column = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; });
  return "line " + std::to_string(lines + 1) + ", column " + std::to_string(column + 1);
}

// The library's message, "[its name and number] parse error at line 1, column 2: the message", without what
// comes before.
std::string parser_message(const std::string& what) {
  const size_t place = what.find("column ");
  const size_t start =
      what.find(place == std::string::npos ? "] " : ": ", place == std::string::npos ? 0 : place);
  return start == std::string::npos ? what : what.substr(start + 2);
}

bool is_plain_word(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
  });
}

void print_line(const OrderedJson& json, std::string& out) {
  const char* separator = "";
  if (json.is_object()) {
    out += '{';
    for (const auto& [key, value] : json.items()) {
      out += separator + OrderedJson(key).dump() + ": ";
      print_line(value, out);
      separator = ", ";
    }
    out += '}';
  } else if (json.is_array()) {
    out += '[';
    for (const OrderedJson& value : json) {
      out += separator;
      print_line(value, out);
      separator = ", ";
    }
    out += ']';
  } else {
    out += json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  }
}

void print_at(const OrderedJson& json, size_t level, size_t column, std::string& out) {
  std::string line;
  print_line(json, line);
  const bool breakable = json.is_structured() && !json.empty();
  if (!breakable || (level >= 2 && column + line.size() < kLineWidth)) {
    out += line;
    return;
  }
  const std::string indent(2 * (level + 1), ' ');
  const char* separator = "\n";
  out += json.is_object() ? '{' : '[';
  for (const auto& [key, value] : json.items()) {
    const std::string label = json.is_object() ? OrderedJson(key).dump() + ": " : "";
    out += separator + indent + label;
    print_at(value, level + 1, indent.size() + label.size(), out);
    separator = ",\n";
  }
  out += '\n' + std::string(2 * level, ' ') + (json.is_object() ? '}' : ']');
}

}  // namespace

std::string member_place(const std::string& place, const std::string& key) {
  const std::string text = is_plain_word(key) ? key : in_quotes(key);
  return place.empty() ? text : place + "." + text;
}

std::string element_place(const std::string& place, size_t index) {
  return place + "[" + std::to_string(index) + "]";
}

Json parse_text(std::string_view text, std::vector<Fault>& faults) {
  const size_t faults_before = faults.size();
  try {
    Json json = Json::parse(text.begin(), text.end(), StructureCheck(faults));
    return faults.size() == faults_before ? json : Json();
  } catch (const Json::parse_error& fault) {
    faults.push_back({line_and_column(text, fault.byte), parser_message(fault.what())});
  } catch (const Json::exception& fault) {  // e.g. a number beyond all bounds
    faults.push_back({"", parser_message(fault.what())});
  }
  return Json();
}

std::string print(const OrderedJson& json) {
  std::string text;
  print_at(json, 0, 0, text);
  return text + '\n';
}

}  // namespace flowbed::json
