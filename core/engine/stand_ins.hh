// StandIns: files that programs in hosts find in place of the machine's, because the machine's would not do.
//
// X programs look for a cookie under their host's name, which is h1 now: they find cookies for any name. In a
// network without root, the machine's root does not exist, so what only he may read or own is of no use: sudo
// is a script that runs its command (whoever runs it is root already), and /etc/shadow lets su look up
// accounts, of which none has a password.
#pragma once

#include <string>
#include <vector>

#include "core/os/host_view.hh"
#include "core/os/user_namespace.hh"

namespace flowbed {

class StandIns {
 public:
  // Written to `folder`, which is the network's own.
  StandIns(const std::string& folder, IdMode ids);

  const std::vector<PlacedFile>& files() const { return files_; }

 private:
  void add(const std::string& target, const std::string& content, unsigned mode);

  std::string folder_;
  std::vector<PlacedFile> files_;
};

// A shadow file for the accounts of a passwd file: nobody has a password.
std::string shadow_for(const std::string& passwd);

}  // namespace flowbed
