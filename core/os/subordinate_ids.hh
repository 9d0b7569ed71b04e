// Subordinate ids: which further user and group ids an ordinary user may map into a namespace of his own, as
// /etc/subuid and /etc/subgid grant them (subuid(5)): lines "name-or-id:first:count".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flowbed {

struct IdRange {
  unsigned long first = 0, count = 0;
};

// The first range that `text` grants to the user; lines that make no sense are passed over.
std::optional<IdRange> find_subordinate_ids(std::string_view text, std::string_view name, unsigned uid);

// The same of a file; nothing where it is missing.
std::optional<IdRange> granted_ids(const std::string& file, unsigned uid);

// `count` ids that `text` grants to nobody yet, above the ids of real users.
IdRange free_subordinate_ids(std::string_view text, unsigned long count);

std::string user_name(unsigned uid);  // empty if nobody has this id

}  // namespace flowbed
