#include "switchd/openflow/nicira_learn.hh"

#include "switchd/openflow/action_frame.hh"
#include "switchd/openflow/entry_value.hh"
#include "switchd/openflow/slice_codec.hh"

namespace flowbed::sw {
namespace {

// A piece's header: destination (bits 11 and 12), a value instead of a field (13), how many bits (0 … 10).
constexpr uint16_t kCountBits = 0x07ff, kImmediate = 1 << 13, kUnknownBits = 0xc000;
constexpr unsigned kDestinationShift = 11, kMaxCount = 128;
constexpr uint16_t kKnownFlags = 3;
constexpr size_t kFixedSize = 22;  // before the pieces

using Destination = of::LearnSpec::Destination;

size_t immediate_bytes(unsigned count) { return (count + 15) / 16 * 2; }

struct PieceHeader {
  explicit PieceHeader(uint16_t bits)
      : count(bits & kCountBits), destination(bits >> kDestinationShift & 3), immediate(bits & kImmediate) {
    if (bits & kUnknownBits || count > kMaxCount || destination > 2 || count == 0)
      bad_argument("learn: an unknown kind of piece");
  }
  unsigned count, destination;
  bool immediate;
};

WireSlice read_place(WireReader& body, unsigned count) {
  WireReader ahead = body;
  read_slice(ahead, {0, 1});  // the offset stands behind
  const unsigned offset = ahead.u16();
  const WireSlice slice = read_slice(body, {offset, count});
  body.skip(2);
  return slice;
}

void set_immediate(WireReader& body, const PieceHeader& header, of::LearnSpec& piece, FieldValue& value) {
  value = read_number(body, immediate_bytes(header.count));
  if (header.count < 128 && value >> header.count)
    bad_argument("learn: a value has more bits than its place");
  piece.value = value;
}

of::LearnSpec read_output(WireReader& body, const PieceHeader& header) {
  of::LearnSpec piece{.destination = Destination::kOutput};
  piece.to = {nullptr, 0, header.count};
  FieldValue value;
  if (header.immediate)
    set_immediate(body, header, piece, value);
  else
    piece.from = slice_of(read_place(body, header.count));
  return piece;
}

of::LearnSpec read_piece(WireReader& body, const PieceHeader& header) {
  const auto destination = static_cast<Destination>(header.destination);
  if (destination == Destination::kOutput) return read_output(body, header);
  of::LearnSpec piece{.destination = destination};
  std::optional<WireSlice> from;
  FieldValue value = 0;
  if (header.immediate)
    set_immediate(body, header, piece, value);
  else
    from = read_place(body, header.count);
  const WireSlice to = read_place(body, header.count);
  if (destination == Destination::kLoad) settable(to);
  if (from) {
    const of::Move move = move_of(*from, to);
    piece.from = move.from;
    piece.to = move.to;
  } else {
    const of::Load load = load_of(to, value);
    piece.value = load.value;
    piece.to = load.to;
  }
  return piece;
}

void check_padding(WireReader& body) {
  for (const uint8_t byte : body.rest()) {
    if (byte != 0) bad_argument("learn: bytes behind the end");
  }
}

void write_place(const FieldSlice& slice, WireWriter& writer) {
  write_slice_field(slice, writer);
  writer.u16(static_cast<uint16_t>(offset_on_wire(slice)));
}

void write_piece(const of::LearnSpec& piece, WireWriter& writer) {
  const unsigned count = piece.to.count;
  const auto destination = static_cast<unsigned>(piece.destination);
  writer.u16(
      static_cast<uint16_t>((piece.from ? 0u : kImmediate) | destination << kDestinationShift | count));
  if (piece.from)
    write_place(*piece.from, writer);
  else
    write_number(writer, piece.value, immediate_bytes(count));
  if (piece.destination != Destination::kOutput) write_place(piece.to, writer);
}

of::Learn read_fixed_part(WireReader& body) {
  of::Learn learn;
  learn.idle_timeout = body.u16();
  learn.hard_timeout = body.u16();
  learn.priority = body.u16();
  learn.cookie = body.u64();
  learn.flags = body.u16();
  learn.table = body.u8();
  body.skip(1);
  learn.fin_idle_timeout = body.u16();
  learn.fin_hard_timeout = body.u16();
  return learn;
}

}  // namespace

of::Learn read_learn(WireReader& body) {
  if (body.left() < kFixedSize) throw OfFault(OfFaultKind::kBadActionLength, "learn: too short");
  of::Learn learn = read_fixed_part(body);
  if (learn.flags & ~kKnownFlags || learn.table == kTableAll) bad_argument("learn: unknown flags or table");
  while (body.left() >= 2) {
    const uint16_t bits = body.u16();
    if (bits == 0) break;
    learn.specs.push_back(read_piece(body, PieceHeader(bits)));
  }
  check_padding(body);
  return learn;
}

void write_learn(const of::Learn& learn, WireWriter& writer) {
  writer.u16(learn.idle_timeout);
  writer.u16(learn.hard_timeout);
  writer.u16(learn.priority);
  writer.u64(learn.cookie);
  writer.u16(learn.flags);
  writer.u8(learn.table);
  writer.zeros(1);
  writer.u16(learn.fin_idle_timeout);
  writer.u16(learn.fin_hard_timeout);
  for (const of::LearnSpec& piece : learn.specs) write_piece(piece, writer);
}

}  // namespace flowbed::sw
