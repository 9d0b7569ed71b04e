// Starting programs: the machine's own helpers, and commands inside a network's namespaces.
#pragma once

#include <string>
#include <vector>

#include "core/base/fd.hh"

namespace flowbed {

struct ProcessSpec {
  std::vector<std::string> argv;         // argv[0] is looked up in the PATH of `environment`
  std::vector<std::string> environment;  // "NAME=value"; all of it
  std::string directory;                 // after the namespaces were entered
  unsigned umask = 022;
  std::vector<FileDescriptor> fds;  // become descriptors 0, 1, 2, …
  bool controlling_tty = false;     // descriptor 0 is a pty's slave
  std::vector<int> namespaces;      // entered in this order; not owned
  bool filter_privileges = false;
  std::vector<int> cgroups;  // descriptors of cgroup.procs files; the process joins these groups; not owned
  bool realtime = false;     // see realtime.hh
};

struct Process {
  int pid = 0;
  FileDescriptor pidfd;
};

// The process leads a session and a process group of its own; its caller reaps it. Throws Error naming the
// program. Descriptors below kReservedDescriptors of the calling process must not be its own (see
// reserve_low_descriptors).
Process start_process(const ProcessSpec& spec);

// Commands get their descriptors as 0, 1, 2, …; a program that calls start_process keeps its own above these.
constexpr int kReservedDescriptors = 10;
void reserve_low_descriptors();
void leave_directory();  // for /: nobody's folder is kept busy by a process that stays

// Runs a program of the machine to its end, its output discarded; returns its exit status, or -1 if there is
// no such program.
int run_program(const std::vector<std::string>& argv);

bool is_installed(const std::string& program);  // found in the PATH

bool has_ended(const Process& process);  // whether or not it has been reaped

// 128 + signal, or the exit status, as a shell counts; from waitid. The process must have ended.
int reap(const Process& process);

}  // namespace flowbed
