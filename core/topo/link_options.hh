// The options of links: one list, by which they are read from JSON and from words, written, merged, and told
// to whoever emulates the link.
#pragma once

#include <tuple>

#include "core/topo/json_formats.hh"
#include "core/topo/link_shape.hh"

namespace flowbed {

template <class T>
struct LinkOption {
  const char* name;
  std::optional<T> LinkShape::*member;
  const json::Format<T>* format;
};

inline constexpr std::tuple kLinkOptions{
    LinkOption<uint64_t>{"rate", &LinkShape::rate, &json::kRate},
    LinkOption<uint64_t>{"burst", &LinkShape::burst, &json::kSize},
    LinkOption<uint32_t>{"overhead", &LinkShape::overhead, &json::kCount32},
    LinkOption<std::string>{"trace", &LinkShape::trace, &json::kText},
    LinkOption<Duration>{"delay", &LinkShape::delay, &json::kTime},
    LinkOption<Duration>{"jitter", &LinkShape::jitter, &json::kTime},
    LinkOption<std::string>{"distribution", &LinkShape::distribution, &json::kText},
    LinkOption<std::vector<double>>{"jitter_table", &LinkShape::jitter_table, &json::kNumbers},
    LinkOption<double>{"jitter_correlation", &LinkShape::jitter_correlation, &json::kShare},
    LinkOption<bool>{"reordering", &LinkShape::reordering, &json::kFlag},
    LinkOption<double>{"loss", &LinkShape::loss, &json::kShare},
    LinkOption<double>{"loss_correlation", &LinkShape::loss_correlation, &json::kShare},
    LinkOption<std::vector<double>>{"loss_model", &LinkShape::loss_model, &json::kShares},
    LinkOption<std::string>{"loss_pattern", &LinkShape::loss_pattern, &json::kText},
    LinkOption<double>{"duplicate", &LinkShape::duplicate, &json::kShare},
    LinkOption<double>{"duplicate_correlation", &LinkShape::duplicate_correlation, &json::kShare},
    LinkOption<double>{"corrupt", &LinkShape::corrupt, &json::kShare},
    LinkOption<double>{"corrupt_correlation", &LinkShape::corrupt_correlation, &json::kShare},
    LinkOption<double>{"reorder", &LinkShape::reorder, &json::kShare},
    LinkOption<double>{"reorder_correlation", &LinkShape::reorder_correlation, &json::kShare},
    LinkOption<uint32_t>{"reorder_gap", &LinkShape::reorder_gap, &json::kCount32},
    LinkOption<uint32_t>{"max_queue", &LinkShape::max_queue, &json::kCount32},
    LinkOption<uint64_t>{"max_queue_bytes", &LinkShape::max_queue_bytes, &json::kSize},
    LinkOption<std::string>{"discipline", &LinkShape::discipline, &json::kText},
    LinkOption<bool>{"ecn", &LinkShape::ecn, &json::kFlag},
    LinkOption<uint64_t>{"red_min", &LinkShape::red_min, &json::kSize},
    LinkOption<uint64_t>{"red_max", &LinkShape::red_max, &json::kSize},
    LinkOption<double>{"red_chance", &LinkShape::red_chance, &json::kShare},
    LinkOption<Duration>{"target", &LinkShape::target, &json::kTime},
    LinkOption<Duration>{"interval", &LinkShape::interval, &json::kTime},
};

template <class Visit>
void for_each_link_option(Visit visit) {
  std::apply([&](const auto&... option) { (visit(option), ...); }, kLinkOptions);
}

// Sets one option as a person writes it: "delay", "5ms". What is not its quantity's form throws Error, and so
// does a name that is not there, with the one that was meant.
void set_link_option(LinkShape& shape, const std::string& name, const std::string& text);

}  // namespace flowbed
