// CachingOptions: each means that keeps packets away from the slow path, to be switched off to show what it
// does (NSDI 2015, section 7.2, measures the same).
#pragma once

#include <array>
#include <string_view>

#include "switchd/datapath/datapath.hh"
#include "switchd/slowpath/classifier/rule_subtable.hh"

namespace flowbed::sw {

struct CachingOptions {
  bool megaflows = true;  // else each packet's whole key is cached, and answers for just that
  bool few_masks = true;  // else each flow has the mask of its translation (MaskSet)
  bool chains = true;     // else packets between switches go over the link, and the next one looks again
  DatapathCaching datapath;
  ClassifierOptions classifier;
};

struct CachingFeature {
  std::string_view name;
  std::string_view help;
  bool& (*in)(CachingOptions&);
};

inline constexpr std::array kCachingFeatures = {
    CachingFeature{"exact-match", "packets with the very same headers are answered by one comparison",
                   [](CachingOptions& options) -> bool& { return options.datapath.exact_match; }},
    CachingFeature{"megaflows", "a verdict answers for all packets for which it would be the same",
                   [](CachingOptions& options) -> bool& { return options.megaflows; }},
    CachingFeature{"few-masks", "where there are many masks, flows look at more and share one",
                   [](CachingOptions& options) -> bool& { return options.few_masks; }},
    CachingFeature{"busiest-first", "the kernel tries masks in the order of their hits",
                   [](CachingOptions& options) -> bool& { return options.datapath.busiest_first; }},
    CachingFeature{
        "chains",
        "one verdict takes a packet through all switches on its way; off, each link's interfaces count it",
        [](CachingOptions& options) -> bool& { return options.chains; }},
    CachingFeature{"priority-sorting", "rules that cannot win any more are not looked at",
                   [](CachingOptions& options) -> bool& { return options.classifier.priority_sorting; }},
    CachingFeature{"staged-lookup", "ports are not looked at where addresses have decided, and so on",
                   [](CachingOptions& options) -> bool& { return options.classifier.staged_lookup; }},
    CachingFeature{"prefix-tracking", "of addresses, as few leading bits are looked at as tell them apart",
                   [](CachingOptions& options) -> bool& { return options.classifier.prefix_tracking; }},
    CachingFeature{"port-tries", "so it is with ports of TCP, UDP and SCTP",
                   [](CachingOptions& options) -> bool& { return options.classifier.port_tries; }}};

// Null: there is none of this name.
const CachingFeature* find_caching_feature(std::string_view name);

}  // namespace flowbed::sw
