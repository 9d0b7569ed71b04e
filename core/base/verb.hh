// A verb is something that a network, or a switch, can be asked to do. One table of verbs is the only place
// where a verb's name, parameters and help are written: RPC dispatch, the shell's commands, completion and
// help come from it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/channel.hh"
#include "core/base/task.hh"

namespace flowbed {

struct VerbParameter {
  std::string name;
  // What completion offers and checking demands: "host", "switch", "node", "interface", "file", "string",
  // "number", "boolean", "json" or, for a fixed choice, "a|b|c"; "linked" (a node, or an interface that has a
  // link) and "neighbour" (the same, at the other end of a link of the one before), "capturable" (an
  // interface, or a link as h1-s1), "rate" (10M, 10Mbit), "flag" (a boolean, written
  // --name anywhere), "fields:a=,b" (a=1,b: the rest of the line; what may stand behind "actions=" is listed
  // as "actions=x").
  std::string type;
  std::string help;
  bool required = true;
};

struct Verb {
  using Handler = std::function<Task<Json>(Json params)>;

  std::string name;
  std::vector<VerbParameter> parameters;
  std::string help;  // one sentence; the first line of the shell's help
  Handler handler;
  // Changes nothing that lasts: when its caller no longer waits, it is broken off where it stands.
  bool breaks_off = false;
};

class VerbTable {
 public:
  void add(Verb verb) { verbs_.push_back(std::move(verb)); }
  const Verb* find(const std::string& name) const;
  const std::vector<Verb>& verbs() const { return verbs_; }

  // Checks the parameters against the table, then runs the handler. Throws Error naming the verb and the
  // fault: an unknown verb, an unknown or missing parameter, a wrong type.
  Task<Json> call(std::string name, Json params) const;

  // [{"name", "help", "parameters": [{"name", "type", "help", "required"}]}]: what a client needs to offer
  // the verbs.
  Json describe() const;

 private:
  std::vector<Verb> verbs_;
};

std::vector<Verb> verbs_from_description(
    const Json& description);  // the inverse of describe(), without handlers

}  // namespace flowbed
