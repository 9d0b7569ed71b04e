// Matches, actions, instructions, buckets and bands from arbitrary bytes, in each version: reading never
// looks beyond them (the sanitizers see to that) and throws nothing but an OfFault; what was read can be
// written, and reading that gives what can be written to the same bytes. (Not always the same value at once:
// where one thing can be said in two ways, it is written in one.)
//
//   cmake --preset fuzz && cmake --build build-fuzz && build-fuzz/bin/openflow_actions_fuzz
//   tests/fuzz/corpus/openflow_actions
//
// The first byte chooses what the others are.

#include <cstdlib>

#include "switchd/openflow/action_codec.hh"
#include "switchd/openflow/match_codec.hh"

using namespace flowbed::sw;

namespace {

using Bytes = std::vector<uint8_t>;

// `rewrite` reads and writes once.
template <class Rewrite>
void check(std::span<const uint8_t> data, Rewrite rewrite) {
  Bytes once;
  try {
    once = rewrite(data);
  } catch (const OfFault&) {
    return;
  }
  const Bytes twice = rewrite(once);  // must not throw
  if (rewrite(twice) != twice) abort();
}

void check_match(std::span<const uint8_t> data, OfVersion version) {
  check(data, [&](std::span<const uint8_t> bytes) {
    WireReader reader(bytes);
    WireWriter writer;
    const Match match = read_match(reader, version);
    write_match(match, version, writer);
    WireReader again(writer.written());
    if (!(read_match(again, version) == match)) abort();
    return writer.release();
  });
}

void check_entries(std::span<const uint8_t> data, bool nicira) {
  check(data, [&](std::span<const uint8_t> bytes) {
    Cookie cookie;
    WireWriter writer;
    const Match match = read_match_entries(WireReader(bytes), &cookie);
    write_match_entries(match, OfVersion::k14, nicira, writer);
    if (!(read_match_entries(WireReader(writer.written())) == match)) abort();
    return writer.release();
  });
}

void check_actions(std::span<const uint8_t> data, OfVersion version) {
  check(data, [&](std::span<const uint8_t> bytes) {
    WireWriter writer;
    const OfActions actions = read_actions(WireReader(bytes), version);
    write_actions(actions, version, writer);
    for (const OfVersion other : {OfVersion::k10, OfVersion::k13}) {
      WireWriter translated;
      write_actions(actions, other, translated);
      read_actions(WireReader(translated.written()), other);
    }
    return writer.release();
  });
}

void check_instructions(std::span<const uint8_t> data, OfVersion version) {
  check(data, [&](std::span<const uint8_t> bytes) {
    WireWriter writer;
    const Instructions instructions = read_instructions(WireReader(bytes), version);
    write_instructions(instructions, version, writer);
    if (!(read_instructions(WireReader(writer.written()), version) == instructions)) abort();
    return writer.release();
  });
}

void check_buckets(std::span<const uint8_t> data) {
  check(data, [](std::span<const uint8_t> bytes) {
    WireWriter writer;
    write_buckets(read_buckets(WireReader(bytes), OfVersion::k13), OfVersion::k13, writer);
    return writer.release();
  });
}

void check_bands(std::span<const uint8_t> data) {
  check(data, [](std::span<const uint8_t> bytes) {
    WireWriter writer;
    write_bands(read_bands(WireReader(bytes)), writer);
    return writer.release();
  });
}

void check_as(uint8_t what, std::span<const uint8_t> data) {
  switch (what % 12) {
    case 0:
      return check_match(data, OfVersion::k10);
    case 1:
      return check_match(data, OfVersion::k13);
    case 2:
      return check_match(data, OfVersion::k14);
    case 3:
      return check_entries(data, true);
    case 4:
      return check_entries(data, false);
    case 5:
      return check_actions(data, OfVersion::k10);
    case 6:
      return check_actions(data, OfVersion::k13);
    case 7:
      return check_actions(data, OfVersion::k14);
    case 8:
      return check_instructions(data, OfVersion::k13);
    case 9:
      return check_instructions(data, OfVersion::k14);
    case 10:
      return check_buckets(data);
    default:
      return check_bands(data);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const Bytes exactly(data + 1, data + size);  // so that reading past it is seen
  check_as(data[0], exactly);
  return 0;
}
