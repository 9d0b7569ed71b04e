#include "core/base/verb.hh"

#include <algorithm>

#include "core/base/error.hh"
#include "core/base/units.hh"

namespace flowbed {
namespace {

bool fits(const std::string& type, const Json& value) {
  if (type == "number") return value.is_number();
  if (type == "boolean" || type == "flag") return value.is_boolean();
  if (type == "json") return true;
  if (!value.is_string()) return false;
  if (type == "rate") return parse_bandwidth(value.get<std::string>()).has_value();
  if (type.starts_with("fields:") || type.find('|') == std::string::npos) return true;
  const std::string word = value;
  return word.find('|') == std::string::npos &&
         ("|" + type + "|").find("|" + word + "|") != std::string::npos;
}

void check_parameters(const Verb& verb, const Json& params) {
  if (!params.is_object()) throw Error(verb.name + ": parameters must be an object");
  for (const auto& [key, value] : params.items()) {
    const auto known = std::find_if(verb.parameters.begin(), verb.parameters.end(),
                                    [&name = key](const VerbParameter& p) { return p.name == name; });
    if (known == verb.parameters.end()) throw Error(verb.name + ": there is no parameter \"" + key + "\"");
    if (!fits(known->type, value)) {
      throw Error(verb.name + ": parameter \"" + key + "\" is " + value.dump() +
                  ", but takes: " + known->type);
    }
  }
  for (const VerbParameter& p : verb.parameters) {
    if (p.required && !params.contains(p.name))
      throw Error(verb.name + ": parameter \"" + p.name + "\" is missing");
  }
}

}  // namespace

const Verb* VerbTable::find(const std::string& name) const {
  const auto verb = std::find_if(verbs_.begin(), verbs_.end(), [&](const Verb& v) { return v.name == name; });
  return verb == verbs_.end() ? nullptr : &*verb;
}

Task<Json> VerbTable::call(std::string name, Json params) const {
  const Verb* verb = find(name);
  if (verb == nullptr) throw Error("there is no verb \"" + name + "\"");
  check_parameters(*verb, params);
  co_return co_await verb->handler(std::move(params));
}

Json VerbTable::describe() const {
  Json all = Json::array();
  for (const Verb& verb : verbs_) {
    Json parameters = Json::array();
    for (const VerbParameter& p : verb.parameters) {
      parameters.push_back({{"name", p.name}, {"type", p.type}, {"help", p.help}, {"required", p.required}});
    }
    all.push_back({{"name", verb.name}, {"help", verb.help}, {"parameters", std::move(parameters)}});
  }
  return all;
}

std::vector<Verb> verbs_from_description(const Json& description) {
  std::vector<Verb> verbs;
  for (const Json& entry : description) {
    Verb verb{.name = entry.at("name"), .parameters = {}, .help = entry.at("help"), .handler = {}};
    for (const Json& p : entry.at("parameters")) {
      verb.parameters.push_back({p.at("name"), p.at("type"), p.at("help"), p.at("required")});
    }
    verbs.push_back(std::move(verb));
  }
  return verbs;
}

}  // namespace flowbed
