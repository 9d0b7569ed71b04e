#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"

#include <algorithm>

#include "core/base/suggest.hh"
#include "switchd/slowpath/pipeline/syntax/action_words.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kUsualWeight = 100;

struct TypeName {
  std::string_view name;
  GroupType type;
};
constexpr TypeName kTypes[] = {{"all", GroupType::kAll},
                               {"select", GroupType::kSelect},
                               {"indirect", GroupType::kIndirect},
                               {"ff", GroupType::kFastFailover},
                               {"fast_failover", GroupType::kFastFailover}};

GroupType type_in(const Token& token) {
  const auto found = std::ranges::find(kTypes, token.value, &TypeName::name);
  if (found != std::ranges::end(kTypes)) return found->type;
  fail_at(token, "is no type of groups" + suggestion(token.value, {"all", "select", "indirect", "ff"}));
}

uint32_t id_in(const Token& token, bool may_be_all) {
  if (may_be_all && token.value == "all") return kGroupAll;
  return static_cast<uint32_t>(number_in(token, kGroupMax));
}

bool begins_bucket(const Token& token) {
  return (token.name == "bucket" || token.name == "buckets") && token.separator == '=';
}
bool begins_actions(const Token& token) {
  return (token.name == "actions" || token.name == "action") && token.separator != '\0';
}

// A group's text is parted at "bucket=": what is before the first, and a part for each.
struct GroupParts {
  std::string_view head;
  std::vector<std::string_view> buckets;
};

GroupParts split_group(std::string_view text) {
  std::vector<size_t> begins, ends;
  Tokens tokens(text);
  for (Token token; tokens.next(token);) {
    if (!begins_bucket(token)) continue;
    begins.push_back(static_cast<size_t>(token.value.data() - text.data()));
    ends.push_back(static_cast<size_t>(token.text.data() - text.data()));
  }
  ends.push_back(text.size());
  GroupParts parts{.head = text.substr(0, ends.front()), .buckets = {}};
  for (size_t i = 0; i < begins.size(); i++)
    parts.buckets.push_back(text.substr(begins[i], ends[i + 1] - begins[i]));
  return parts;
}

class BucketReader {
 public:
  BucketReader(GroupType type, const PortNames& ports) : type_(type), context_{ports, nullptr} {
    bucket_.weight = type == GroupType::kSelect ? kUsualWeight : 0;
  }

  Bucket read(std::string_view text) {
    Tokens tokens(text);
    for (Token token; tokens.next(token);) {
      if (begins_actions(token)) return finish(text, tokens.from_value(token));
      if (!read_setting(token))
        return finish(text, text.substr(static_cast<size_t>(token.text.data() - text.data())));
    }
    return finish(text, {});
  }

 private:
  bool read_setting(const Token& token) {
    if (token.name == "weight") {
      if (type_ != GroupType::kSelect) fail_at(token, "only buckets of select groups have a weight");
      bucket_.weight = static_cast<uint16_t>(number_in(token, 0xffff));
    } else if (token.name == "watch_port") {
      bucket_.watch_port = port_in(token, token.value, context_);
    } else if (token.name == "watch_group") {
      bucket_.watch_group = static_cast<uint32_t>(number_in(token, kGroupMax));
    } else if (token.name == "bucket_id") {
      number_in(token, 0xffffffff);  // they are counted
    } else {
      return false;
    }
    return true;
  }

  Bucket finish(std::string_view text, std::string_view actions) {
    const bool watches = bucket_.watch_port != kOfPortAny || bucket_.watch_group != kGroupAny;
    if (type_ == GroupType::kFastFailover && !watches)
      fail_at(text, "a bucket of a fast failover group needs watch_port or watch_group");
    bucket_.actions = read_actions(actions, context_);
    return std::move(bucket_);
  }

  GroupType type_;
  ActionContext context_;
  Bucket bucket_;
};

// What stands before the buckets.
void read_head(std::string_view head, bool deletes, GroupMod& group) {
  bool has_id = false, has_type = false;
  Tokens tokens(head);
  for (Token token; tokens.next(token);) {
    if (token.name == "group_id") {
      group.id = id_in(token, deletes);
      has_id = true;
    } else if (token.name == "type" && !deletes) {
      group.type = type_in(token);
      has_type = true;
    } else {
      fail_at(token, std::string("is no part of a group") + (deletes ? " to delete" : "") +
                         suggestion(token.name, {"group_id", "type", "bucket"}, 0));
    }
  }
  if (!has_id && !deletes)
    throw Error("group_id= is missing; write e.g. group_id=1,type=all,bucket=output:1");
  if (!has_id) group.id = kGroupAll;
  if (!has_type && !deletes) throw Error("type= is missing; it is one of all, select, indirect, ff");
}

GroupMod read_group(std::string_view text, GroupMod::Command command, const PortNames& ports) {
  const bool deletes = command == GroupMod::Command::kDelete;
  GroupMod group{.command = command};
  const GroupParts parts = split_group(text);
  read_head(parts.head, deletes, group);
  if (deletes && !parts.buckets.empty()) throw Error("a group to delete has no buckets; leave them out");
  for (const std::string_view bucket : parts.buckets)
    group.buckets.push_back(BucketReader(group.type, ports).read(bucket));
  if (group.type == GroupType::kIndirect && group.buckets.size() != 1 && !deletes)
    throw Error("an indirect group has exactly one bucket, and not " + std::to_string(group.buckets.size()));
  return group;
}

}  // namespace

GroupMod parse_group(std::string_view text, GroupMod::Command command, const PortNames& ports) {
  return reading("group", [&] { return read_group(text, command, ports); });
}

std::string format_bucket(const Bucket& bucket, GroupType type, const PortNames& ports) {
  std::string text = "bucket=";
  if (type == GroupType::kSelect) text += "weight:" + std::to_string(bucket.weight) + ",";
  if (bucket.watch_port != kOfPortAny) text += "watch_port:" + format_port(bucket.watch_port, ports) + ",";
  if (bucket.watch_group != kGroupAny) text += "watch_group:" + std::to_string(bucket.watch_group) + ",";
  return text + "actions=" + format_actions(bucket.actions, ports);
}

std::string format_group(const GroupMod& group, const PortNames& ports) {
  std::string text = "group_id=" + (group.id == kGroupAll ? "all" : std::to_string(group.id));
  if (group.command == GroupMod::Command::kDelete) return text;
  text += ",type=" + std::string(group_type_name(group.type));
  for (const Bucket& bucket : group.buckets) text += "," + format_bucket(bucket, group.type, ports);
  return text;
}

std::string_view group_type_name(GroupType type) {
  return std::ranges::find(kTypes, type, &TypeName::type)->name;
}

}  // namespace flowbed::sw
