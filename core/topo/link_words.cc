#include "core/topo/link_words.hh"

#include <algorithm>
#include <vector>

#include "core/base/error.hh"
#include "core/base/suggest.hh"
#include "core/base/units.hh"
#include "core/topo/link_options.hh"

namespace flowbed {
namespace {

std::vector<std::string> words_in(const std::string& text) {
  std::vector<std::string> words;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find_first_of(" ,=\t", start), text.size());
    if (end > start) words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

bool is_plain_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
}

constexpr const char* kNone = "none";

// Mininet has names of its own.
std::string option_name(const std::string& word) {
  if (word == "bw") return "rate";
  return word == "max_queue_size" ? "max_queue" : word;
}

// Mininet writes bw=10 for 10 Mbit/s and loss=1 for 1 %.
void set_option(LinkShape& shape, const std::string& name, const std::string& value) {
  if (name == "bw") {
    if (!is_plain_number(value))
      throw Error("bw: " + in_quotes(value) + " is not a number of Mbit/s; write e.g. bw=10");
    return set_link_option(shape, "rate", value + "Mbit");
  }
  if (name == "loss" && is_plain_number(value)) return set_link_option(shape, name, value + "%");
  set_link_option(shape, option_name(name), value);
}

void check_known(const std::string& word) {
  std::vector<std::string> names{"up", "down", "plain", "from", "bw", "max_queue_size"};
  for_each_link_option([&](const auto& option) { names.push_back(option.name); });
  if (std::ranges::find(names, word) != names.end()) return;
  throw Error(in_quotes(word) + " says nothing about a link" + suggestion(word, names, names.size()));
}

class WordReader {
 public:
  explicit WordReader(const std::string& text) : words_(words_in(text)) {}

  LinkWords read() {
    while (at_ < words_.size()) {
      const std::string& word = words_[at_++];
      check_known(word);
      if (word == "up" || word == "down") {
        result_.up = word == "up";
      } else if (word == "plain") {
        result_.makes_plain = true;
      } else if (word == "from") {
        from_ = value_of(word);
        result_.from[from_];  // so that the end is looked for
      } else {
        read_option(word, value_of(word));
      }
    }
    return std::move(result_);
  }

 private:
  void read_option(const std::string& word, const std::string& value) {
    if (value == kNone) {
      result_.ended[from_].push_back(option_name(word));
    } else {
      set_option(from_.empty() ? result_.both : result_.from[from_], word, value);
    }
  }

  const std::string& value_of(const std::string& name) {
    if (at_ == words_.size()) throw Error(in_quotes(name) + " lacks its value; write e.g. delay 10ms");
    return words_[at_++];
  }

  const std::vector<std::string> words_;
  size_t at_ = 0;
  std::string from_;  // whose direction the words are about; empty: both
  LinkWords result_;
};

std::string shown(const json::Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::vector<std::string> elements;
  for (const json::Json& element : value) elements.push_back(shown(element));
  return joined(elements, "/");
}

bool is_end(const LinkEnd& end, const std::string& name) { return end.node == name || end.interface == name; }

void check_end(const Link& link, const std::string& end) {
  if (is_end(link.a, end) || is_end(link.b, end)) return;
  throw Error("from " + end + ": the link is between " + link.a.node + " and " + link.b.node);
}

// What goes for both directions stays in the other one.
void end_option(Link& link, const std::string& end, const std::string& name) {
  LinkShape& other = is_end(link.a, end) ? link.b_to_a : link.a_to_b;
  const LinkShape other_whole = changed(link.shape, other);
  for_each_link_option([&](const auto& option) {
    if (name != option.name) return;
    if (!end.empty()) other.*option.member = other_whole.*option.member;
    (link.shape.*option.member).reset();
    if (end.empty()) (other.*option.member).reset();
    LinkShape& own = is_end(link.a, end) ? link.a_to_b : link.b_to_a;
    (own.*option.member).reset();
  });
}

}  // namespace

LinkWords parse_link_words(const std::string& text) { return WordReader(text).read(); }

Link changed(Link link, const LinkWords& words) {
  if (words.up) link.up = *words.up;
  if (words.makes_plain) link.shape = link.a_to_b = link.b_to_a = {};
  for (const auto& [end, names] : words.ended) {
    if (!end.empty()) check_end(link, end);
    for (const std::string& name : names) end_option(link, end, name);
  }
  link.shape = changed(std::move(link.shape), words.both);
  link.a_to_b = without(std::move(link.a_to_b), words.both);
  link.b_to_a = without(std::move(link.b_to_a), words.both);
  for (const auto& [end, shape] : words.from) {
    check_end(link, end);
    LinkShape& direction = is_end(link.a, end) ? link.a_to_b : link.b_to_a;
    direction = changed(std::move(direction), shape);
  }
  return link;
}

std::string describe(const LinkShape& shape) {
  std::string text;
  for_each_link_option([&](const auto& option) {
    const auto& value = shape.*option.member;
    if (!value) return;
    const bool needs_no_name = option.name == std::string_view("rate");
    text += (text.empty() ? "" : ", ") + (needs_no_name ? "" : option.name + std::string(" ")) +
            shown(option.format->write(*value));
  });
  return text;
}

}  // namespace flowbed
