// NftFlows: megaflows in the kernel, as elements of nftables' maps.
//
// A chain of lookups, to which all ports lead, has a rule for each map: it loads the key, masks it, and looks
// it up. Each layout of keys has a map of flows that leave by one port as they came, whose values are that
// port's interface, and one of the others, whose values are numbers of programs. The last rules are for what
// was in no map (NftMisses).
//
// Each element counts, and remembers when it last did. What the kernel counts are super-packets and their
// bytes from the network header on.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "switchd/datapath/datapath.hh"
#include "switchd/datapath/nft/nft_batch.hh"
#include "switchd/datapath/nft/nft_dump.hh"
#include "switchd/datapath/nft/nft_elements.hh"
#include "switchd/datapath/nft/nft_misses.hh"
#include "switchd/datapath/nft/nft_programs.hh"

namespace flowbed::sw {

class NftFlows {
 public:
  static constexpr size_t kMaxMaps = 32;
  static constexpr size_t kMaxFlowsOfMap = 65536;

  struct Flow {
    FlowId id;
    NftKey key;
    ActionProgram program;
  };
  using RefusalHandler = std::function<void(FlowId, int fault)>;
  using CountVisitor = std::function<void(FlowId, const KernelCount&)>;

  // `socket`: the table's. `upcall`: where packets that are left to user space are sent to. Makes the chain
  // of lookups. Throws SystemError.
  NftFlows(NftSocket& socket, const NftMisses& misses, IfIndex upcall, NftPrograms::PortFinder find_port);

  // Is told of flows that the kernel refuses, by `put` or `commit`.
  void on_refusal(RefusalHandler handler) { refuse_ = std::move(handler); }
  // Accepts the flow for the next `commit`; false: it stays a matter of user space.
  bool put(const Flow& flow);
  void commit();  // flows that were put are in the kernel then
  // False: the kernel has refused it, and may go on by any of them until `flush`.
  bool remove(std::span<const FlowId> flows, const CountVisitor& last_count);
  // No packet meets any flow when `last_count` is called for each. Where the kernel refuses even that, this
  // process ends.
  void flush(const CountVisitor& last_count);
  void dump(const CountVisitor& visit);
  bool dump_some(const CountVisitor& visit);  // a part of it at a call; true: that was the last
  void set_busiest_first(bool on) { busiest_first_ = on; }
  void tidy();  // removes what no flow needs any more, and asks the maps that answer most first

  bool has(FlowId id) const { return places_.contains(id); }
  size_t count() const { return places_.size(); }
  size_t layout_count() const;  // that have flows

 private:
  struct BytesHash {
    size_t operator()(const NftKeyBytes& bytes) const;
  };
  struct Kind {
    KeyLayout layout;
    bool sends_on;  // values are interfaces, else programs
    bool operator==(const Kind&) const = default;
  };
  struct Map {
    std::string name;
    Kind kind;
    std::unordered_map<NftKeyBytes, FlowId, BytesHash> flows;
    uint64_t hits = 0, earlier_hits = 0;  // in all, at the last dump; when they were last put in order
    uint64_t hits_so_far = 0;             // by the dump that goes on
  };
  struct Place {
    Map* map;
    NftKeyBytes key;
    uint32_t value;
    uint64_t since;  // this dump: what it tells may be older
  };

  void try_map();
  void try_copies(IfIndex anywhere);
  Map* map_of(const Kind& kind);  // null: there are too many; throws SystemError
  static void add_lookup(NftBatch& batch, const Map& map);
  IfIndex only_output(const ActionProgram& program) const;
  void release(const Place& place);
  void write_lookups(NftBatch& batch, bool with_maps) const;
  void commit(std::span<const FlowId> flows);
  int insert(std::span<const FlowId> flows);
  int take_out(const Map& map, std::span<const FlowId> flows, const CountVisitor& last_count);
  void forget(FlowId id);
  void start_dump();

  NftSocket& socket_;
  const NftMisses& misses_;
  NftPrograms programs_;
  NftDump dump_;
  uint64_t dumps_ = 0;            // so far
  bool has_been_dumped_ = false;  // all at once, while dump_some had parts left
  NftPrograms::PortFinder find_port_;
  RefusalHandler refuse_;
  std::vector<std::unique_ptr<Map>> maps_;  // in the order in which they are asked
  uint32_t next_map_ = 0;
  std::unordered_map<FlowId, Place> places_;
  std::vector<FlowId> waiting_;  // to be inserted
  bool busiest_first_ = true;
};

}  // namespace flowbed::sw
