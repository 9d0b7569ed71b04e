// ControlServer: switchd's side of the socket to the engine (JSON-RPC 2.0; the messages are in
// switchd/README.md).
//
// The engine says what bridges are wanted and forwards what users ask; switchd answers, and warns. When the
// socket closes, the engine is gone and `on_close` is called: there is nobody left to switch for.
#pragma once

#include <functional>

#include "core/base/rpc_peer.hh"
#include "core/base/verb.hh"
#include "switchd/control/engine_sockets.hh"
#include "switchd/control/program_reports.hh"
#include "switchd/control/warning_limiter.hh"
#include "switchd/export/exports.hh"
#include "switchd/openflow/channel/channels.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

class ControlServer {
 public:
  // Gives what the kernel says of interfaces; called before a bridge is put, and may bring news of links.
  using LinkSource = std::function<LinkFinder()>;

  ControlServer(EventLoop& loop, FileDescriptor socket, SlowPath& slow_path, LinkSource links,
                std::function<void()> on_close);

  void tick(TimePoint now);                                         // about once a second
  void warn(const std::string& cause, const std::string& message);  // of each cause once a minute

 private:
  using Method = void (ControlServer::*)(const Json& params);

  void handle(RpcPeer::Request request, RpcPeer::Responder responder);
  void run(Method method, const Json& params, RpcPeer::Responder responder);
  Task<void> call_verb(Json params, RpcPeer::Responder responder);
  void put_bridge(const Json& params);
  void remove_bridge(const Json& params);
  void set_running(const Json& params);
  void refresh_links(const Json&);
  void put_tls(const Json& params);
  void check_tls(const Json& params);
  void set_program(const Json& params);
  void report_program(const Json& verb_params);
  Json describe_settling();
  Json describe_channels() const;

  SlowPath& slow_path_;
  LinkSource links_;
  VerbTable verbs_;
  WarningLimiter limiter_;
  RpcPeer peer_;
  ProgramReports programs_;
  EngineSockets sockets_;
  ofp::Channels channels_;
  Exports exports_;
};

}  // namespace flowbed::sw
