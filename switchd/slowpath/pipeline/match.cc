#include "switchd/slowpath/pipeline/match.hh"

namespace flowbed::sw {

void Match::set(const Field& field, FieldValue value, FieldValue bits) {
  write_field(field, bits, bits, mask);
  write_field(field, value & bits, bits, key);
}

bool contains(const Match& wide, const Match& narrow) {
  for (size_t i = 0; i < kPipelineKeyWords; i++) {
    if (wide.mask.words[i] & ~narrow.mask.words[i]) return false;
    if ((narrow.key.words[i] & wide.mask.words[i]) != wide.key.words[i]) return false;
  }
  return true;
}

bool overlaps(const Match& a, const Match& b) {
  for (size_t i = 0; i < kPipelineKeyWords; i++) {
    if ((a.key.words[i] ^ b.key.words[i]) & a.mask.words[i] & b.mask.words[i]) return false;
  }
  return true;
}

std::vector<const Field*> fields_of(const Match& match, FieldFilter wanted) {
  std::vector<const Field*> found;
  PipelineMask left = match.mask;
  for (const Field& field : fields()) {
    if (read_field(field, left) == 0 || !wanted(field) || !has_field(field, match.key)) continue;
    found.push_back(&field);
    write_field(field, 0, left);
  }
  return found;
}

}  // namespace flowbed::sw
