#include "core/cli/shell.hh"

#include <algorithm>

#include <signal.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/cli/announce.hh"
#include "core/cli/builtins.hh"
#include "core/cli/format.hh"
#include "core/cli/substitution.hh"
#include "core/cli/wait.hh"
#include "core/cli/words.hh"
#include "core/topo/suggest.hh"

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

bool changes_structure(const std::string& verb) {
  return verb.starts_with("add-") || verb.starts_with("del-");
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

bool Shell::execute(const std::string& line) {
  try {
    const Depth deeper(depth_);
    dispatch(strip(line));
    return true;
  } catch (const Interrupted&) {
    context_.output.error("interrupted");
    if (!settings_.interactive) end();
  } catch (const std::exception& fault) {  // an answer of unexpected form, too
    if (!context_.events.stopped()) context_.output.error(fault.what());
  }
  failed_ = true;
  return false;
}

void Shell::dispatch(const std::string& line) {
  if (line.empty() || line[0] == '#') return;
  const HeadAndTail parts = split_head(line);
  const Builtin* builtin = find_builtin(parts.head);
  if (builtin != nullptr && !(parts.head == "ports" && !parts.tail.empty()))
    return builtin->run(*this, parts.tail);
  if (run_any_verb(line)) return;
  if (is_node(parts.head)) return run_in_node(parts.head, parts.tail);
  throw Error("unknown command: " + parts.head + advice_on(parts.head));
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
  last_answer_ = ask(verb.name, call.params);
  print_answer(verb.name, last_answer_, raw);
  if (!changes_structure(verb.name)) return;
  if (verb.name == "del-node") host_shells_.forget(call.params.at("name"));
  refresh();
}

Json Shell::ask(const std::string& verb, const Json& params) {
  return wait_or_interrupt(context_.loop, context_.network.call(verb, params));
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
  host_shells_.run(node, substitute_addresses(
                             command, [&](const std::string& word) { return address_of(topology_, word); }));
}

Completion Shell::complete(std::string_view line) {
  CompletionSource source{{}, verbs_, names_};
  for (const Builtin& builtin : builtins()) source.commands.push_back({builtin.name, builtin.completes});
  return flowbed::complete(line, source);
}

}  // namespace flowbed
