#include "core/cli/options.hh"

#include <algorithm>
#include <string_view>

#include <CLI/CLI.hpp>

#include "core/base/error.hh"
#include "core/cli/option_values.hh"
#include "core/cli/program.hh"
#include "core/topo/builders.hh"

namespace flowbed {
namespace {

// What CLI11 fills in, before it is judged as a whole.
struct Raw {
  std::string file, ipbase, verbosity = "info";
  std::vector<std::string> topo, tests, switches, hosts, links, controllers, ignored;
  std::string refused;
  bool clean = false;
};

std::string topology_help() {
  std::string text = "topology: a file, or ";
  for (const Builder& builder : builders()) {
    text += builder.name;
    for (const BuilderParameter& parameter : builder.parameters) text += "," + parameter.name;
    text += builder.name == builders().back().name ? "" : "; ";
  }
  return text;
}

// One value each time it is given: what follows is not swallowed.
void add_choice(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                const std::string& help) {
  app.add_option(name, values, help)->allow_extra_args(false)->type_name("NAME");
}

void add_network_options(CLI::App& app, Options& options, Raw& raw) {
  app.add_option("FILE", raw.file, "a topology file (JSON)")->type_name("");
  add_choice(app, "--topo", raw.topo, topology_help());
  app.add_option("--name", options.network, "the network's name, for attach, exec, enter and stop")
      ->type_name("NAME");
  app.add_option("--datapath", options.forwarding.datapath,
                 "what forwards packets: nft (the kernel), userspace, or auto: nft where that can be [auto]")
      ->check(CLI::IsMember({"auto", "nft", "userspace"}))
      ->envname("FLOWBED_DATAPATH");
  app.add_flag("--kernel-counters", options.forwarding.kernel_counters,
               "packets pass every interface between switches, so that Linux' own counters of it are right");
  app.add_option("-i,--ipbase", raw.ipbase, "where the hosts' addresses come from [10.0.0.0/8]")
      ->type_name("PREFIX");
  app.add_flag("--mac", options.mac, "hosts have the MAC addresses 00:00:00:00:00:01, …");
  app.add_flag("--arp", options.arp, "every host knows every other's MAC address from the start");
  app.add_flag("--ipv6", options.ipv6, "hosts have IPv6 addresses too");
  add_choice(app, "--switch", raw.switches,
             "default, user; with ,stp=1: spanning tree; ,failMode=secure: only what a controller says; "
             ",protocols=OpenFlow10:OpenFlow13; ,listenProtocol=ssl; ,sflow=127.0.0.1,place=h1 (or "
             "netflow=…, ipfix=…): tells a "
             "collector of the traffic");
  add_choice(app, "--host", raw.hosts,
             "default, proc; with limits: cfs,cpu=0.1,memory=100MB,cores=0-1 or rt,cpu=0.1");
  add_choice(app, "--link", raw.links,
             "default, tc: what every link does, e.g. tc,bw=10,delay=5ms,loss=1 or default,rate=10Mbit; "
             "topologies/README.md lists the options");
  app.add_option("--seed", options.seed, "of what is random on links; the same one gives the same losses")
      ->type_name("NUMBER");
  app.add_option_function<std::string>(
         "--link-backend",
         [&options](const std::string& word) { options.link_backend = parse_link_backend(word); },
         "who emulates links: qdisc (the kernel's netem), ferry, or auto: the kernel where it does exactly "
         "what a link is given [auto]")
      ->check(CLI::IsMember({"auto", "qdisc", "ferry"}));
  add_choice(app, "--controller", raw.controllers,
             "default, none, remote,ip=127.0.0.1,port=6653,protocol=ssl, ref (a learning controller); may be "
             "repeated");
  app.add_option("--listenport", options.openflow.listen_port,
                 "OpenFlow port of the first switch, for tools such as ovs-ofctl; the next has the next one")
      ->type_name("PORT")
      ->check(CLI::Range(1, 65535));
  const auto tls_file = [&app](const char* name, std::string& file, const char* help) {
    app.add_option(name, file, help)->type_name("FILE");
  };
  tls_file("--tls-key", options.openflow.tls.private_key,
           "the switches' private key, for protocol=ssl (PEM)");
  tls_file("--tls-certificate", options.openflow.tls.certificate, "their certificate (PEM)");
  tls_file("--tls-ca", options.openflow.tls.ca_certificate,
           "the certificate of the authority that has signed the controllers' (PEM)");
}

void add_run_options(CLI::App& app, Options& options, Raw& raw) {
  add_choice(app, "--test", raw.tests,
             "run a test, then end: pingall, pingpair, pingallfull, pingpairfull, iperf, iperfudp, all, "
             "build, none; "
             "several: a+b");
  app.add_flag("--json", options.json, "results as JSON");
  app.add_option("--pre", options.pre, "a file of shell commands to run first")->type_name("FILE");
  app.add_option("--post", options.post, "a file of shell commands to run last")->type_name("FILE");
  app.add_flag("-x,--xterms", options.xterms, "a terminal window for each host");
  app.add_flag("--detach", options.detach, "leave the network running and return");
  app.add_flag("--dry-run", options.dry_run, "print the steps that would build the network, and do nothing");
  app.add_option("-v,--verbosity", raw.verbosity, kVerbosityNames)->type_name("LEVEL");
  app.add_flag("-c,--clean", raw.clean, "nothing needs it: says so");
  app.set_version_flag("--version", std::string(kProgram) + " " + FLOWBED_VERSION, "print the version");
}

// Options of mn that need nothing here, and those that Flowbed cannot do yet.
void add_other_options(CLI::App& app, Raw& raw) {
  const auto ignored = [&](const std::string& name, const std::string& why) {
    return [&raw, name, why] { raw.ignored.push_back(name + ": " + why); };
  };
  app.add_flag_callback(
      "-w,--wait", [] {}, "accepted: switches are always ready");
  app.add_option("-t,--twait", "accepted: switches are always ready")->type_name("SECONDS");
  app.add_flag_callback("--innamespace",
                        ignored("--innamespace", "switches always run apart from the machine's network"),
                        "accepted");
  app.add_flag_callback(
      "--nolistenport", [] {}, "accepted: switches listen only if --listenport says so");
  for (const char* name : {"--custom", "--nat", "--pin", "--cluster", "--placement"}) {
    app.add_option_function<std::string>(
           name, [&raw, name](const std::string&) { raw.refused = name; }, "not in this version")
        ->expected(0, 1)
        ->group("");
  }
}

// CLI11 knows nothing of what follows "--".
class Formatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string usage = CLI::Formatter::make_usage(app, std::move(name));
    if (app->get_name() == "exec") usage.insert(usage.find_last_not_of('\n') + 1, " -- COMMAND [ARGUMENT…]");
    return usage;
  }
};

CLI::App* add_subcommand(CLI::App& app, Options& options, Action action, const char* name, const char* help) {
  CLI::App* sub = app.add_subcommand(name, help);
  sub->callback([&options, action] { options.action = action; });
  return sub;
}

CLI::App* add_subcommand_of_network(CLI::App& app, Options& options, Action action, const char* name,
                                    const char* help) {
  CLI::App* sub = add_subcommand(app, options, action, name, help);
  sub->add_option("NAME", options.network, "the network")->required();
  return sub;
}

void add_subcommands(CLI::App& app, Options& options) {
  app.require_subcommand(0, 1);
  add_subcommand(app, options, Action::list, "list", "the networks that run")
      ->add_flag("--json", options.json, "as JSON");
  add_subcommand_of_network(app, options, Action::attach, "attach", "a shell for a network that runs");
  CLI::App* exec =
      add_subcommand_of_network(app, options, Action::exec, "exec",
                                "run a command in a node; its exit status is ours, or 127: no such program");
  exec->add_option("NODE", options.node, "the node")->required();
  exec->prefix_command();
  add_subcommand_of_network(app, options, Action::enter, "enter",
                            "your login shell in a network: among its switches, or in a node")
      ->add_option("NODE", options.node, "the node; the fabric of the switches if left out");
  add_subcommand_of_network(app, options, Action::stop, "stop", "end a network");
  add_subcommand(app, options, Action::doctor, "doctor",
                 "what this machine offers, what Flowbed uses of it, and what to do about gaps")
      ->add_flag("--json", options.json, "as JSON");
  CLI::App* report = add_subcommand(app, options, Action::report, "report",
                                    "what a recording of a link says (\"record\" in the shell makes one)");
  report->add_option("RECORDING", options.recording, "the file that was recorded")->required();
  report->add_option("PICTURE", options.picture, "a picture to draw, .svg or .png");
  report->add_flag("--json", options.json, "as JSON");
}

void judge_choices(const Raw& raw, Options& options) {
  const std::pair<const char*, const std::vector<std::string>&> all[] = {{"switch", raw.switches},
                                                                         {"link", raw.links}};
  for (const auto& [option, values] : all) {
    for (const std::string& value : values) {
      if (const auto note = check_choice(option, value)) options.notes.push_back(*note);
    }
  }
  for (const std::string& value : raw.hosts) {
    options.host_limits = parse_host_limits(value);
    if (!options.host_limits) check_choice("host", value);
  }
  for (const std::string& value : raw.links) options.link = changed(options.link, parse_link_option(value));
  for (const std::string& value : raw.switches) {
    if (const auto stp = take_switch_arguments(options.openflow, value)) options.stp = stp;
  }
  for (const std::string& value : raw.controllers) add_controller(options.openflow, value);
  options.notes.insert(options.notes.end(), raw.ignored.begin(), raw.ignored.end());
}

void judge_network(const Raw& raw, Options& options) {
  if (raw.topo.size() > 1) throw Error("--topo is given twice");
  if (!raw.topo.empty() && !raw.file.empty()) {
    throw Error("--topo and the file \"" + raw.file + "\" both say which network; give one of them");
  }
  if (!raw.topo.empty()) options.topo = raw.topo.front();
  if (!raw.file.empty()) {
    // Only a path is taken for a file, so that a mistyped subcommand is not.
    if (raw.file.find_first_of("./") == std::string::npos) {
      throw Error("there is no command \"" + raw.file +
                  "\": list, attach, exec, enter, stop, doctor, report, or a topology FILE.json");
    }
    options.topo = raw.file;
  }
  if (raw.ipbase.empty()) return;
  options.ipbase = IpPrefix::parse(raw.ipbase);
  if (!options.ipbase || options.ipbase->address.v6 || options.ipbase->length == 32) {
    throw Error("--ipbase: \"" + raw.ipbase + "\" is not a network of IPv4 addresses; write e.g. 10.0.0.0/8");
  }
}

void judge(const Raw& raw, Options& options) {
  if (!raw.refused.empty()) throw Error(raw.refused + " comes in a later version of Flowbed");
  const auto verbosity = parse_verbosity(raw.verbosity);
  if (!verbosity)
    throw Error("--verbosity: there is no \"" + raw.verbosity + "\"; choose from " + kVerbosityNames);
  options.verbosity = *verbosity;
  options.tests = expand_tests(raw.tests);
  judge_choices(raw, options);
  judge_network(raw, options);
  if (raw.clean && options.action == Action::run) options.action = Action::clean;
  if (options.action != Action::exec && !options.command.empty()) throw Error("\"--\" is for exec");
  if (options.action == Action::exec && options.command.empty())
    throw Error("exec: which command? Write it after --");
}

Exit usage_fault(const std::string& message) {
  return {kUsageFault,
          std::string(kProgram) + ": " + message + "\n(" + kProgram + " --help tells what there is)\n"};
}

}  // namespace

std::variant<Options, Exit> parse_options(int argc, const char* const* argv) {
  Options options;
  Raw raw;
  CLI::App app("Flowbed: a network of hosts and switches on this machine", kProgram);
  app.formatter(std::make_shared<Formatter>());
  add_network_options(app, options, raw);
  add_run_options(app, options, raw);
  add_other_options(app, raw);
  add_subcommands(app, options);
  try {
    // What follows "--" is a command for a node and not ours to read.
    const auto separator = std::find(argv, argv + argc, std::string_view("--"));
    app.parse(static_cast<int>(separator - argv), argv);
    if (options.action == Action::exec) options.command = app.get_subcommand("exec")->remaining();
    if (separator != argv + argc) options.command.insert(options.command.end(), separator + 1, argv + argc);
    judge(raw, options);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    return Exit{kFine, chosen.empty() ? app.help() : chosen.front()->help(kProgram)};
  } catch (const CLI::CallForVersion& version) {
    return Exit{kFine, std::string(version.what()) + "\n"};
  } catch (const CLI::ParseError& fault) {
    return usage_fault(fault.what());
  } catch (const Error& fault) {
    return usage_fault(fault.what());
  }
  return options;
}

}  // namespace flowbed
