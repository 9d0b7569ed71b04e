// The shell's help, from the tables of its commands and of the network's verbs.
#pragma once

#include <string>

#include "core/base/channel.hh"

namespace flowbed {

class Shell;

std::string help_overview(Shell& shell);
Json help_as_json(Shell& shell);                                   // [{"name", "usage", "help"}]
std::string help_about(Shell& shell, const std::string& command);  // of a node, too; throws Error: neither

}  // namespace flowbed
