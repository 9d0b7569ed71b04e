// JSON as text: parsing with all that the library does not tell, and printing for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/topo/topology.hh"

namespace flowbed::json {

// Adds a fault for malformed JSON (its place: line and column, from 1), for a member that stands twice in an
// object and for nesting deeper than 100 levels; returns null then.
nlohmann::json parse_text(std::string_view text, std::vector<Fault>& faults);

// Two spaces a level; what fits into a line stays in one, except the outermost two levels. Ends with a
// newline.
std::string print(const nlohmann::ordered_json& json);

// `key` after `place`, as "links[3].delay"; quoted where it is no plain word.
std::string member_place(const std::string& place, const std::string& key);
std::string element_place(const std::string& place, size_t index);

}  // namespace flowbed::json
