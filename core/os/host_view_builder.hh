// HostViewBuilder: what the helper of make_host_view does, inside the namespaces that become the view.
#pragma once

#include "core/os/host_view.hh"

namespace flowbed {

// Collects what failed, and goes on.
class HostViewBuilder {
 public:
  explicit HostViewBuilder(const HostViewSpec& spec) : spec_(spec) {}

  void build();  // throws Error: without the namespaces there is no view
  const std::string& warnings() const { return warnings_; }  // lines

 private:
  void warn(const std::string& message) { warnings_ += message + '\n'; }
  void try_mount(const char* type, const char* target, const char* consequence);
  void place(const PlacedFile& file);
  void make_own_run();
  void make_private(const PrivateDirSpec& dir);

  const HostViewSpec& spec_;
  std::string warnings_;
};

}  // namespace flowbed
