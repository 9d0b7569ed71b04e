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
      view("ports", "Show the port numbers of each switch; of one, the counters of its ports.", format_ports);
  ports.usage = "ports [SWITCH]";
  ports.completes = "switch";
  return {view("nodes", "List all nodes.", format_nodes),
          view("net", "Show what each node's interfaces are linked to, as configured.", format_net),
          view("dump", "Show each node with its process, and its addresses as the kernel has them.", dump),
          view("links", "Show each link, and its ends as the kernel has them: OK, DOWN or MISSING.",
               format_links),
          view("intfs", "Show the interfaces of each node, as configured.", format_intfs),
          ports};
}

}  // namespace flowbed
