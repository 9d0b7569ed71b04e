// dpctl: what ovs-ofctl says and does, for one switch or, as in Mininet, for all in turn. Each of its
// commands is a verb of the switches, under ovs-ofctl's name and with its output.
#pragma once

#include <string>

namespace flowbed {

class Shell;

// "dump-flows", "dump-flows s1 table=0", "add-flow in_port=1,actions=output:2". Throws Error: there is no
// such command, or a switch refused; those that come after it were asked all the same.
void run_dpctl(Shell& shell, const std::string& arguments);

std::string dpctl_commands();  // "add-flow|add-group|…"

}  // namespace flowbed
