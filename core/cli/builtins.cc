#include "core/cli/builtins.hh"

#include <algorithm>

namespace flowbed {

const std::vector<Builtin>& builtins() {
  static const std::vector<Builtin> all = [] {
    std::vector<Builtin> table;
    for (const auto& part : {view_builtins(), shell_builtins(), terminal_builtins()}) {
      table.insert(table.end(), part.begin(), part.end());
    }
    return table;
  }();
  return all;
}

const Builtin* find_builtin(const std::string& name) {
  const auto found =
      std::find_if(builtins().begin(), builtins().end(), [&](const Builtin& b) { return b.name == name; });
  return found == builtins().end() ? nullptr : &*found;
}

}  // namespace flowbed
