// The shell's help, from the tables of its commands and of the network's verbs.
#pragma once

#include <string>

namespace flowbed {

class Shell;

std::string help_overview(Shell& shell);
std::string help_about(Shell& shell, const std::string& command);  // throws Error: no such command

}  // namespace flowbed
