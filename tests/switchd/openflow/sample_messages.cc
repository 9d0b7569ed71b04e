#include "tests/switchd/openflow/sample_messages.hh"

namespace flowbed::sw::ofp {
namespace {

using std::chrono::milliseconds;
constexpr OfPort kPort{3};

const MeterConfig kMeter{
    .id = 7,
    .flags = MeterConfig::kKbps | MeterConfig::kBurst,
    .bands = {{MeterBand::Type::kDrop, 1000, 100, 0}, {MeterBand::Type::kDscpRemark, 500, 50, 1}}};

OfActions output() { return {of::Output{kPort}}; }
Instructions apply_output() { return {.apply = output(), .has_apply = true}; }

FlowMod flow_mod(OfVersion version) {
  FlowMod mod{.table = static_cast<uint8_t>(version == OfVersion::k10 ? 0 : 2),
              .match = ip_match(),
              .priority = 100,
              .cookie = 0x1234,
              .idle_timeout = 10,
              .hard_timeout = 20,
              .flags = kFlowSendRemoved,
              .instructions = apply_output()};
  if (version == OfVersion::k14) mod.importance = 9;
  mod.modify_adds = version == OfVersion::k10;
  return mod;
}

FlowMod flow_delete(OfVersion version) {
  FlowMod mod = flow_mod(version);
  mod.command = FlowMod::Command::kDelete;
  mod.table = kTableAll;
  mod.out_port = kPort;
  mod.instructions = {};
  return mod;
}

PacketOut packet_out() {
  return {.actions = {of::Output{kOfPortFlood}}, .frame = std::vector<uint8_t>(60, 0xab)};
}

GroupMod group_mod() {
  return {.type = GroupType::kSelect,
          .id = 5,
          .buckets = {{.weight = 1, .actions = output()}, {.weight = 2, .actions = {of::Output{OfPort{4}}}}}};
}

PortMod port_mod() {
  return {.port = kPort,
          .address = MacAddress::from_uint64(0x020000000003),
          .config = kPortDown,
          .mask = kPortDown};
}

TableFeatures table_features() {
  TableFeatures table{.table = 1,
                      .name = "acl",
                      .metadata_match = UINT64_MAX,
                      .metadata_write = UINT64_MAX,
                      .max_rules = 1000000};
  table.rules = {.instructions = {1, 3, 4},
                 .next_tables = {2, 3},
                 .write_actions = {0, 22},
                 .apply_actions = {0, 22, 25},
                 .write_set_fields = {{&field_named("dl_src")}},
                 .apply_set_fields = {{&field_named("dl_src")}, {&field_named("nw_src")}}};
  table.miss = table.rules;
  table.miss.next_tables = {};
  table.matches = {{&field_named("in_port")}, {&field_named("nw_src"), true}};
  table.wildcards = {{&field_named("in_port")}};
  return table;
}

TableDesc table_desc() {
  return {.table = 1, .config = kTableEviction, .eviction = kEvictOther, .vacancy = Vacancy{10, 20, 30}};
}

PhyPort phy_port() {
  return {.number = kPort,
          .address = MacAddress::from_uint64(0x020000000003),
          .name = "s1-eth3",
          .config = kPortNoFlood,
          .state = kPortLive,
          .stp_state = StpState::kForward,
          .current = kSpeed10G | kCopper,
          .supported = kSpeed10G | kPauseAsymmetric,
          .current_speed = 10'000'000,
          .max_speed = 10'000'000};
}

void add(std::vector<Request>& to, std::initializer_list<Request> more) { to.insert(to.end(), more); }
void add(std::vector<Reply>& to, std::initializer_list<Reply> more) { to.insert(to.end(), more); }

std::vector<Request> of_all(OfVersion version) {
  return {Hello{.version = static_cast<uint8_t>(version), .bitmap = 0x32},
          ErrorMessage{.type = 1, .code = 2, .data = {1, 2, 3}},
          EchoRequest{{1, 2, 3}},
          EchoReply{},
          FeaturesRequest{},
          GetConfigRequest{},
          SetConfig{{.flags = 0, .miss_send_size = 128}},
          BarrierRequest{},
          packet_out(),
          flow_mod(version),
          flow_delete(version),
          port_mod(),
          RoleRequest{.role = Role::kEqual},
          SetFlowFormat{true},
          UseTableIds{true},
          SetPacketInFormat{true},
          SetControllerId{7},
          DescRequest{},
          FlowStatsRequest{{.match = ip_match()}},
          AggregateStatsRequest{{.table = 1}},
          TableStatsRequest{},
          PortStatsRequest{kPort},
          PortDescRequest{},
          QueueStatsRequest{},
          QueueConfigRequest{.port = kPort}};
}

void add_newer(std::vector<Request>& all) {
  add(all, {group_mod(), MeterMod{MeterMod::Command::kAdd, kMeter}, TableMod{.table = 1, .config = 0},
            RoleRequest{.role = Role::kMaster, .generation = 4}, GetAsync{}, GroupStatsRequest{5},
            GroupDescRequest{}, GroupFeaturesRequest{}, MeterStatsRequest{}, MeterConfigRequest{7},
            MeterFeaturesRequest{}, TableFeaturesRequest{}, TableFeaturesRequest{{table_features()}, true},
            BundleControl{1, BundleCommand::kOpen, kBundleAtomic}});
}

AsyncConfig async_config() {
  return {.packet_in = {0x3f, 0}, .port_status = {7, 7}, .flow_removed = {0x3f, 0}};
}

void add_bundled(std::vector<Request>& all, OfVersion version) {
  for (const BundledRequest& request :
       {BundledRequest(flow_mod(version)), BundledRequest(group_mod()), BundledRequest(packet_out())})
    all.push_back(BundleAdd{.bundle = 1, .flags = kBundleAtomic, .request = request});
}

FlowStats flow_stats() {
  return {.table = 2,
          .priority = 100,
          .match = ip_match(),
          .cookie = 0x1234,
          .idle_timeout = 10,
          .age = milliseconds(1500),
          .packets = 5,
          .bytes = 500,
          .instructions = apply_output()};
}

PacketIn packet_in() {
  PacketIn packet{.total_size = 60, .reason = PacketInReason::kApplyAction, .table = 2, .cookie = 0x1234};
  packet.match.set(field_named("in_port"), 3);
  packet.match.set(field_named("metadata"), 0x42);
  packet.frame = std::vector<uint8_t>(60, 0xab);
  return packet;
}

FlowRemoved flow_removed() {
  return {.reason = RemovedReason::kIdleTimeout,
          .table = 2,
          .priority = 100,
          .match = ip_match(),
          .cookie = 0x1234,
          .idle_timeout = 10,
          .age = milliseconds(1500),
          .packets = 5,
          .bytes = 500};
}

std::vector<Reply> replies_of_all() {
  const PortStats port_stats{
      .port = kPort, .rx_packets = 1, .tx_bytes = 2, .collisions = 3, .age = milliseconds(1500)};
  const QueueStats queue_stats{.port = kPort, .queue = 1, .tx_bytes = 2, .age = milliseconds(1500)};
  return {
      ErrorMessage{.type = 1, .code = 6, .data = std::vector<uint8_t>(8)},
      EchoReply{{1}},
      FeaturesReply{.dpid = 1, .tables = 254, .capabilities = kFlowStats, .ports = {phy_port()}},
      ConfigReply{},
      BarrierReply{},
      packet_in(),
      flow_removed(),
      PortStatus{PortChange::kAdd, phy_port()},
      RoleReply{Role::kSlave, 4},
      DescReply{"Flowbed", "none", "1", "-", "s1"},
      FlowStatsReply{{flow_stats(), flow_stats()}},
      AggregateStatsReply{5, 500, 2},
      TableStatsReply{{{.table = 2, .name = "acl", .max_rules = 10, .rules = 1, .lookups = 5, .matches = 4}}},
      PortStatsReply{{port_stats}},
      PortDescReply{{phy_port()}},
      QueueStatsReply{{queue_stats}},
      QueueConfigReply{kPort, {{.port = kPort, .queue = 1, .min_rate = 100, .max_rate = 500}}}};
}

void add_nicira(std::vector<Reply>& all) {
  PacketIn packet = packet_in();
  FlowRemoved removed = flow_removed();
  packet.nicira = removed.nicira = true;
  add(all, {packet, removed, FlowStatsReply{{flow_stats(), flow_stats()}, true},
            AggregateStatsReply{5, 500, 2, true}});
}

void add_newer(std::vector<Reply>& all) {
  const GroupStats group{.group = 5, .references = 1, .counts = {5, 500}, .buckets = {{1, 100}, {4, 400}}};
  const MeterStats meter{.meter = 7, .rules = 1, .in = {5, 500}, .bands = {{1, 100}, {0, 0}}};
  add(all, {AsyncReply{async_config()}, BundleControlReply{1, BundleCommand::kOpenReply, 0},
            GroupStatsReply{{group}}, GroupDescReply{{{GroupType::kSelect, 5, group_mod().buckets}}},
            GroupFeaturesReply{0xf, kGroupSelectWeight, {1, 2, 3, 4}, {1, 1, 1, 1}}, MeterStatsReply{{meter}},
            MeterConfigReply{{kMeter}}, MeterFeaturesReply{100, 6, 0xf, 8, 0},
            TableFeaturesReply{{table_features()}}});
}

}  // namespace

std::vector<Request> sample_requests(OfVersion version) {
  std::vector<Request> all = of_all(version);
  if (version == OfVersion::k10) {
    add(all, {FlowStatsRequest{{.match = ip_match(), .cookie = 1, .cookie_mask = 3}, true},
              AggregateStatsRequest{{.table = 1}, true}, SetAsync{async_config()}});
    return all;
  }
  add_newer(all);
  add_bundled(all, version);
  SetAsync async{async_config()};
  if (version == OfVersion::k14) {
    async.config.role_status.master = 7;
    add(all, {TableMod{1, kTableEviction, kEvictOther, Vacancy{10, 20, 0}}, TableDescRequest{}});
  }
  all.push_back(async);
  return all;
}

std::vector<Reply> sample_replies(OfVersion version) {
  std::vector<Reply> all = replies_of_all();
  if (version == OfVersion::k10) {
    add_nicira(all);
    return all;
  }
  add_newer(all);
  if (version == OfVersion::k14)
    add(all, {RoleStatus{Role::kSlave, RoleChange::kMasterRequest, 4},
              TableStatus{VacancyChange::kUp, table_desc()}, RequestForward{group_mod()},
              RequestForward{MeterMod{MeterMod::Command::kAdd, kMeter}}, TableDescReply{{table_desc()}}});
  return all;
}

}  // namespace flowbed::sw::ofp
