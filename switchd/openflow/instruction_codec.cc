#include "switchd/openflow/action_codec.hh"
#include "switchd/openflow/action_frame.hh"

namespace flowbed::sw {
namespace {

enum Type : uint16_t {
  kGotoTable = 1,
  kWriteMetadata = 2,
  kWriteActions = 3,
  kApplyActions = 4,
  kClearActions = 5,
  kMeter = 6,
};
constexpr size_t kHeaderSize = 4;

[[noreturn]] void bad_length() {
  throw OfFault(OfFaultKind::kBadInstructionLength, "an instruction's length");
}

void expect(const WireReader& body, size_t size) {
  if (body.left() != size) bad_length();
}

// `done` says whether there was one before.
void only_once(bool done) {
  if (done) throw OfFault(OfFaultKind::kDuplicateInstruction, "an instruction is given twice");
}

void read_goto(WireReader& body, Instructions& to) {
  only_once(to.goto_table.has_value());
  expect(body, 4);
  to.goto_table = body.u8();
}

void read_metadata(WireReader& body, Instructions& to) {
  only_once(to.metadata.has_value());
  expect(body, 20);
  body.skip(4);
  const uint64_t value = body.u64();
  to.metadata = WriteMetadata{value, body.u64()};
}

void read_list(WireReader& body, OfVersion version, bool& has, OfActions& actions) {
  only_once(has);
  if (body.left() < 4) bad_length();
  body.skip(4);
  has = true;
  actions = read_actions(body, version);
}

void read_clear(WireReader& body, Instructions& to) {
  only_once(to.clear);
  expect(body, 4);
  to.clear = true;
}

void read_meter(WireReader& body, Instructions& to) {
  only_once(to.meter.has_value());
  expect(body, 4);
  to.meter = body.u32();
}

void read_instruction(uint16_t type, WireReader& body, OfVersion version, Instructions& to) {
  switch (type) {
    case kGotoTable:
      return read_goto(body, to);
    case kWriteMetadata:
      return read_metadata(body, to);
    case kWriteActions:
      return read_list(body, version, to.has_write, to.write);
    case kApplyActions:
      return read_list(body, version, to.has_apply, to.apply);
    case kClearActions:
      return read_clear(body, to);
    case kMeter:
      return read_meter(body, to);
    case kExperimenterType:
      throw OfFault(OfFaultKind::kBadInstructionExperimenter, "an unknown experimenter's instruction");
    default:
      throw OfFault(OfFaultKind::kUnknownInstruction, "no instruction of type " + std::to_string(type));
  }
}

void write_list(Type type, const OfActions& actions, OfVersion version, WireWriter& writer) {
  framed(writer, type, [&] {
    writer.zeros(4);
    write_actions(actions, version, writer);
  });
}

void write_metadata(const WriteMetadata& metadata, WireWriter& writer) {
  framed(writer, kWriteMetadata, [&] {
    writer.zeros(4);
    writer.u64(metadata.value);
    writer.u64(metadata.mask);
  });
}

}  // namespace

Instructions read_instructions(WireReader reader, OfVersion version) {
  Instructions instructions;
  WireReader list = reader.part(reader.left(), OfFaultKind::kBadInstructionLength);
  while (list.left() > 0) {
    const uint16_t type = list.u16();
    const size_t length = list.u16();
    if (length < 2 * kHeaderSize || length % 8 != 0) bad_length();
    WireReader body = list.part(length - kHeaderSize);
    read_instruction(type, body, version, instructions);
  }
  return instructions;
}

// In the order in which they run.
void write_instructions(const Instructions& instructions, OfVersion version, WireWriter& writer) {
  const Instructions& i = instructions;
  if (i.meter) framed(writer, kMeter, [&] { writer.u32(*i.meter); });
  if (i.has_apply || !i.apply.empty()) write_list(kApplyActions, i.apply, version, writer);
  if (i.clear) framed(writer, kClearActions, [&] { writer.zeros(4); });
  if (i.has_write || !i.write.empty()) write_list(kWriteActions, i.write, version, writer);
  if (i.metadata) write_metadata(*i.metadata, writer);
  if (i.goto_table) framed(writer, kGotoTable, [&] { writer.u8(*i.goto_table); });
}

}  // namespace flowbed::sw
