// Shell: the commands a person types, carried out on a network.
//
// A line's first word is a command of the shell itself (builtins.hh), a verb of the network (its own table;
// nothing here knows what verbs there are), or a node, whose shell then runs the rest. What is in error
// prints a message and leaves the shell going; `failed` remembers it for the exit status of scripts.
#pragma once

#include <string>
#include <vector>

#include "core/cli/completion.hh"
#include "core/cli/context.hh"
#include "core/cli/host_shell.hh"
#include "core/cli/line_source.hh"
#include "core/cli/names.hh"
#include "core/cli/verb_parser.hh"

namespace flowbed {

class Shell {
 public:
  struct Settings {
    std::string network;       // its name
    bool json = false;         // raw answers
    bool interactive = false;  // a person at a terminal
  };

  Shell(Context& context, Settings settings);

  void run(LineSource& lines);            // until their end, `exit`, or the network's end
  void run_script(LineSource& lines);     // the same; and Ctrl-C in one of its commands ends it whole
  bool execute(const std::string& line);  // whether it went well
  Completion complete(std::string_view line);
  bool ended() const;                      // no more lines are wanted
  bool failed() const { return failed_; }  // some command was in error
  int exit_status() const;                 // of the program, as far as its scripts decide

  const Json& last_answer() const { return last_answer_; }  // of the last verb

  // For the builtins:
  Context& context() { return context_; }
  const Settings& settings() const { return settings_; }
  HostShells& host_shells() { return host_shells_; }
  const NameLists& names() const { return names_; }
  void end() { end_asked_ = true; }
  void note_interrupt();  // Ctrl-C ended the command that runs
  // Asks the network, and prints its answer as `format` has it, or raw.
  Json ask(const std::string& verb, const Json& params);
  void print_answer(const std::string& verb, const Json& answer, bool raw_json);
  void run_verb(const Verb& verb, const std::vector<std::string>& words);
  bool is_node(const std::string& name);  // asks the network again before it says no
  void run_in_node(const std::string& node, const std::string& command);

 private:
  void dispatch(const std::string& line);
  bool run_any_verb(const std::string& line);
  void refuse_joined(const std::string& head, const std::string& line) const;
  std::string advice_on(const std::string& unknown_command) const;
  std::string with_addresses(const std::string& node, const std::string& command) const;
  void refresh();

  Context& context_;
  Settings settings_;
  HostShells host_shells_;
  std::vector<Verb> verbs_;
  Topology topology_;  // as last seen
  NameLists names_;
  int depth_ = 0;  // of `source` and `time`
  Json last_answer_;
  bool end_asked_ = false, failed_ = false, interrupted_ = false;
};

}  // namespace flowbed
