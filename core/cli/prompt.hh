// The shell's main loop on standard input: a line editor on a terminal, else plain lines.
#pragma once

#include "core/cli/shell.hh"

namespace flowbed {

void run_prompt(Shell& shell);
void run_file(Shell& shell, const std::string& path);  // throws Error if it cannot be read

}  // namespace flowbed
