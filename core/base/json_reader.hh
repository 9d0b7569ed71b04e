// JsonReader: one object of the engine's messages, read strictly; an Error names the place of what is wrong.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "core/base/channel.hh"
#include "core/base/error.hh"

namespace flowbed {

class JsonReader {
 public:
  JsonReader(const Json& json, std::string place, std::initializer_list<std::string_view> known)
      : json_(json), place_(std::move(place)) {
    if (!json.is_object()) throw Error(place_ + " is not an object");
    for (const auto& [key, value] : json.items()) {
      if (std::ranges::find(known, key) == known.end()) throw Error(place_ + "." + key + " is not known");
    }
  }

  bool has(const char* key) const { return json_.contains(key); }
  const Json& at(const char* key) const {
    if (!has(key)) throw Error(where(key) + " is missing");
    return json_.at(key);
  }
  std::string text(const char* key) const {
    if (!at(key).is_string()) throw Error(where(key) + " is not a string");
    return at(key).get<std::string>();
  }
  uint64_t number(const char* key, uint64_t max) const { return number(at(key), where(key), max); }
  double seconds(const char* key) const {
    if (!at(key).is_number() || at(key).get<double>() < 0)
      throw Error(where(key) + " is not a time in seconds");
    return at(key).get<double>();
  }
  double real(const char* key) const {
    if (!at(key).is_number()) throw Error(where(key) + " is not a number");
    return at(key).get<double>();
  }
  bool flag(const char* key) const {
    if (!at(key).is_boolean()) throw Error(where(key) + " is neither true nor false");
    return at(key).get<bool>();
  }
  const Json& list(const char* key) const {
    if (!at(key).is_array()) throw Error(where(key) + " is not a list");
    return at(key);
  }
  std::string where(const char* key) const { return place_ + "." + key; }

  static uint64_t number(const Json& value, const std::string& where, uint64_t max) {
    const bool negative =
        !value.is_number_unsigned() && value.is_number_integer() && value.get<int64_t>() < 0;
    if (!value.is_number_integer() || negative || value.get<uint64_t>() > max) {
      throw Error(where + " is " + value.dump() + ", not a number from 0 to " + std::to_string(max));
    }
    return value.get<uint64_t>();
  }

 private:
  const Json& json_;
  std::string place_;
};

// Each entry of the list `key`, read by `read(entry, its place)`.
template <class Read>
auto list_from(const JsonReader& reader, const char* key, Read read) {
  std::vector<decltype(read(Json(), std::string()))> all;
  for (const Json& entry : reader.list(key)) {
    all.push_back(read(entry, std::string(key) + "[" + std::to_string(all.size()) + "]"));
  }
  return all;
}

}  // namespace flowbed
