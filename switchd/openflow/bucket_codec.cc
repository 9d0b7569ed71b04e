#include "switchd/openflow/action_codec.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kFixedSize = 16;  // before the actions

Bucket read_bucket(WireReader& list, OfVersion version) {
  const size_t length = list.u16();
  if (length < kFixedSize || length % 8 != 0)
    throw OfFault(OfFaultKind::kBadBucket, "a bucket of " + std::to_string(length) + " bytes");
  WireReader body = list.part(length - 2);
  Bucket bucket;
  bucket.weight = body.u16();
  bucket.watch_port = read_port(body, version);
  bucket.watch_group = body.u32();
  body.skip(4);
  bucket.actions = read_actions(body, version);
  return bucket;
}

void write_bucket(const Bucket& bucket, OfVersion version, WireWriter& writer) {
  const size_t start = writer.size();
  writer.u16(0);
  writer.u16(bucket.weight);
  write_port(bucket.watch_port, version, writer);
  writer.u32(bucket.watch_group);
  writer.zeros(4);
  write_actions(bucket.actions, version, writer);
  const size_t length = writer.size() - start;
  if (length > 0xffff) throw OfFault(OfFaultKind::kBadBucket, "a bucket is too long for a message");
  writer.put_u16(start, static_cast<uint16_t>(length));
}

}  // namespace

std::vector<Bucket> read_buckets(WireReader reader, OfVersion version) {
  std::vector<Bucket> buckets;
  WireReader list = reader.part(reader.left(), OfFaultKind::kBadBucket);
  while (list.left() > 0) buckets.push_back(read_bucket(list, version));
  return buckets;
}

void write_buckets(const std::vector<Bucket>& buckets, OfVersion version, WireWriter& writer) {
  for (const Bucket& bucket : buckets) write_bucket(bucket, version, writer);
}

}  // namespace flowbed::sw
