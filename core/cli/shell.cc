#include "core/cli/shell.hh"

#include <algorithm>
#include <set>

#include <signal.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/base/suggest.hh"
#include "core/cli/announce.hh"
#include "core/cli/builtins.hh"
#include "core/cli/format.hh"
#include "core/cli/help.hh"
#include "core/cli/point_at.hh"
#include "core/cli/program.hh"
#include "core/cli/substitution.hh"
#include "core/cli/trace_packet.hh"
#include "core/cli/wait.hh"
#include "core/cli/words.hh"
#include "core/topo/meeting.hh"

namespace flowbed {
namespace {

constexpr int kMaxDepth = 64;  // a file that sources itself ends here

struct Depth {
  explicit Depth(int& depth) : depth_(depth) {
    if (++depth_ > kMaxDepth) throw Error("source, time: nested too deeply");
  }
  ~Depth() { depth_--; }
  int& depth_;
};

// What begins with a switch is about its inside: add-flow, del-groups.
bool changes_structure(const Verb& verb) {
  const bool is_inside = !verb.parameters.empty() && verb.parameters.front().type == "switch";
  return !is_inside && (verb.name.starts_with("add-") || verb.name.starts_with("del-"));
}

// Of the parameters, the text in a syntax of its own.
std::string text_in_fields(const std::vector<Verb>& verbs, const std::string& name, const Json& params) {
  const auto verb = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& v) { return v.name == name; });
  if (verb == verbs.end() || verb->parameters.empty()) return "";
  const VerbParameter& last = verb->parameters.back();
  return last.type.starts_with("fields:") ? params.value(last.name, "") : "";
}

}  // namespace

Shell::Shell(Context& context, Settings settings)
    : context_(context),
      settings_(std::move(settings)),
      host_shells_(context, settings_.interactive),
      verbs_(context.network.verbs()) {
  raise_descriptor_limit();  // a host's shell holds some, and there may be a thousand
  refresh();
}

void Shell::refresh() {
  topology_ = wait_or_interrupt(context_.loop, context_.network.topology());
  names_ = list_names(topology_);
}

bool Shell::ended() const {
  return end_asked_ || context_.events.stopped() || Signals::ending() != 0 ||
         (!settings_.interactive && Signals::pending(SIGINT));
}

void Shell::run(LineSource& lines) {
  while (!ended()) {
    const auto line = lines.next();
    if (!line) return;
    execute(*line);
  }
}

void Shell::run_script(LineSource& lines) {
  interrupted_ = false;
  while (!ended() && !interrupted_) {
    const auto line = lines.next();
    if (!line) return;
    execute(*line);
  }
}

// A script in a script ends with it, and so does the program that was only to run one.
void Shell::note_interrupt() {
  interrupted_ = true;
  if (!settings_.interactive) end();
}

int Shell::exit_status() const {
  if (settings_.interactive) return kFine;
  if (interrupted_ || Signals::pending(SIGINT)) return 128 + SIGINT;
  return failed_ ? kFailed : kFine;
}

bool Shell::execute(const std::string& line) {
  try {
    const Depth deeper(depth_);
    dispatch(strip(line));
    return true;
  } catch (const Interrupted&) {
    context_.output.error("interrupted");
    note_interrupt();
  } catch (const std::exception& fault) {  // an answer of unexpected form, too
    if (!context_.events.stopped()) context_.output.error(fault.what());
  }
  failed_ = true;
  return false;
}

void Shell::dispatch(const std::string& line) {
  if (line.empty() || line[0] == '#') return;
  if (line[0] == '?') return dispatch("help " + line.substr(1));
  const HeadAndTail parts = split_head(line);
  refuse_joined(parts.head, line);
  const Builtin* builtin = find_builtin(parts.head);
  if (builtin != nullptr && !(parts.head == "ports" && !parts.tail.empty()))
    return builtin->run(*this, parts.tail);
  if (run_any_verb(line)) return;
  if (is_node(parts.head)) return run_in_node(parts.head, parts.tail);
  throw Error("unknown command: " + parts.head + advice_on(parts.head));
}

// "nodes; net": only what is run in a node, or by sh, may hold more than one command.
void Shell::refuse_joined(const std::string& head, const std::string& line) const {
  static const std::set<std::string> kPassOn = {"sh", "noecho", "time", "x", "py", "px"};
  if (kPassOn.contains(head) || topology_.find(head) != nullptr || !has_semicolon(line)) return;
  throw Error("one command a line; \";\" joins commands inside one node only, as in: h1 cd /tmp; ls");
}

std::string Shell::advice_on(const std::string& unknown) const {
  std::vector<std::string> known = names_.nodes;
  for (const Builtin& each : builtins()) {
    if (each.name != "EOF") known.push_back(each.name);
  }
  for (const Verb& verb : verbs_) known.push_back(split_head(verb_words(verb)).head);
  const std::string near = nearest(unknown, known);
  return near.empty() ? "; \"help\" lists them" : "; did you mean " + in_quotes(near) + "?";
}

bool Shell::run_any_verb(const std::string& line) {
  const std::string head = split_head(line).head;
  const bool may_be_verb = std::any_of(verbs_.begin(), verbs_.end(), [&](const Verb& v) {
    return split_head(verb_words(v)).head == head || v.name == head;
  });
  if (!may_be_verb) return false;
  std::vector<std::string> words = split_words(line);
  size_t used = 0;
  const Verb* verb = find_verb(verbs_, words, used);
  if (verb == nullptr && head == "del") {  // "del h3", whatever h3 is
    words.insert(words.begin() + 1, "node");
    verb = find_verb(verbs_, words, used);
  }
  if (verb == nullptr) throw Error(head + ": what? \"help " + head + "\" tells");
  run_verb(*verb, {words.begin() + static_cast<ptrdiff_t>(used), words.end()});
  return true;
}

void Shell::run_verb(const Verb& verb, const std::vector<std::string>& words) {
  VerbCall call;
  try {
    call = parse_verb(verb, words, names_);
  } catch (const Error&) {
    refresh();  // another client may have added what is named
    call = parse_verb(verb, words, names_);
  }
  const bool raw = call.raw_json || settings_.json;
  if (!raw) context_.output.result(announcement(verb.name, call.params, topology_));
  if (verb.name == "trace") fill_in_macs(topology_, call.params);
  last_answer_ = ask(verb.name, call.params);
  print_answer(verb.name, last_answer_, raw);
  if (!changes_structure(verb)) return;
  if (verb.name == "del-node") host_shells_.forget(call.params.at("name"));
  refresh();
}

Json Shell::ask(const std::string& verb, const Json& params) {
  try {
    return wait_or_interrupt(context_.loop, context_.network.call(verb, params));
  } catch (const Interrupted&) {
    throw;
  } catch (const Error& fault) {
    throw Error(point_at(fault.what(), text_in_fields(verbs_, verb, params)));
  }
}

void Shell::print_answer(const std::string& verb, const Json& answer, bool raw_json) {
  context_.output.result(raw_json ? answer.dump(2) + "\n" : format_answer(verb, answer));
}

bool Shell::is_node(const std::string& name) {
  if (topology_.find(name) != nullptr) return true;
  refresh();
  return topology_.find(name) != nullptr;
}

void Shell::run_in_node(const std::string& node, const std::string& command) {
  if (command.empty()) throw Error(node + ": which command? E.g. " + node + " ip address");
  if (command == "--help" || command == "-h") return context_.output.result(help_about(*this, node));
  for (const std::string& later : later_commands(command)) {
    if (topology_.find(later) == nullptr) continue;
    context_.output.warning("what follows \";\" runs in " + node + " as well, and " + later +
                            " is no program there: write one node's commands a line");
  }
  const CommandEnd end = host_shells_.run(node, with_addresses(node, command));
  if (end.interrupted) note_interrupt();
}

std::string Shell::with_addresses(const std::string& node, const std::string& command) const {
  const Node* from = topology_.find(node);
  const bool prefer_v6 = wants_ipv6(command);
  return substitute_addresses(command, [&](const std::string& word) -> std::string {
    const Node* to = topology_.find(word);
    const auto address = to == nullptr ? std::nullopt : address_towards(from, *to, prefer_v6);
    return address ? address->to_string() : "";
  });
}

Completion Shell::complete(std::string_view line) {
  CompletionSource source{{}, verbs_, names_};
  for (const Builtin& builtin : builtins()) source.commands.push_back({builtin.name, builtin.completes});
  return flowbed::complete(line, source);
}

}  // namespace flowbed
