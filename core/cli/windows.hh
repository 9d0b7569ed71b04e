// Terminal windows on the user's display, each with a shell in a node.
#pragma once

#include <string>
#include <vector>

namespace flowbed {

enum class WindowProgram { xterm, gnome_terminal };

void check_display();  // throws Error if there is none

// The window runs `flowbed exec NETWORK NODE -- ARGV`, so it closes when the network ends. Throws Error:
// there is no display, or the program is not installed (naming its package).
void open_window(WindowProgram program, const std::string& network, const std::string& node,
                 const std::vector<std::string>& argv);

}  // namespace flowbed
