// The commands that show the network as it is, all from the verb `state`.

#include "core/base/error.hh"
#include "core/cli/builtins.hh"
#include "core/cli/format.hh"
#include "core/cli/shell.hh"

namespace flowbed {
namespace {

using Formatter = std::function<std::string(Shell& shell, const Json& state)>;

Builtin view(const std::string& name, const std::string& help, Formatter format) {
  return {name, name, help, "", [name, format](Shell& shell, const std::string& arguments) {
            if (!arguments.empty() && arguments != "--json")
              throw Error(name + " takes no words: \"" + arguments + "\"");
            const Json state = shell.ask("state", Json::object());
            if (!arguments.empty() || shell.settings().json) return shell.print_answer("state", state, true);
            shell.context().output.result(format(shell, state));
          }};
}

Builtin view(const std::string& name, const std::string& help, std::string (*format)(const Json&)) {
  return view(name, help, [format](Shell&, const Json& state) { return format(state); });
}

std::string dump(Shell& shell, const Json& state) {
  return format_dump(state, [&](const std::string& node) { return shell.host_shells().pid_of(node); });
}

}  // namespace

std::vector<Builtin> view_builtins() {
  Builtin ports =
      view("ports", "Shows the port numbers of each switch; \"ports s1\": the counters of its ports.",
           format_ports);
  ports.usage = "ports [SWITCH]";
  ports.completes = "switch";
  return {view("nodes", "Lists all nodes.", format_nodes),
          view("net", "Lists the nodes, and what each interface is linked to.", format_net),
          view("dump", "Shows each node with its addresses and its process.", dump),
          view("links", "Lists the links, and whether their ends are up.", format_links),
          view("intfs", "Lists the interfaces of each node.", format_intfs),
          ports};
}

}  // namespace flowbed
