// Whatever a person types: its words survive quoting, and a verb is parsed or refused with a sentence.
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "core/base/error.hh"
#include "core/cli/verb_parser.hh"
#include "core/cli/words.hh"
#include "tests/core/cli/fake_network.hh"

namespace {

using namespace flowbed;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

std::string quoted(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += quote_for_sh(word) + ' ';
  return line;
}

void parse(const std::vector<std::string>& words) {
  static const std::vector<Verb> verbs = sample_verbs();
  static const NameLists names = list_names(small_topology());
  size_t used = 0;
  const Verb* verb = find_verb(verbs, words, used);
  if (verb == nullptr) return;
  demand(used <= words.size(), "a verb's name is within the line");
  const VerbCall call = parse_verb(*verb, {words.begin() + static_cast<ptrdiff_t>(used), words.end()}, names);
  demand(call.params.is_object(), "parameters are an object");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  try {
    const HeadAndTail parts = split_head(line);
    demand(parts.head.size() + parts.tail.size() <= line.size(), "head and tail are parts of the line");
    const std::vector<std::string> words = split_words(line);
    demand(split_words(quoted(words)) == words, "words survive quoting");
    parse(words);
  } catch (const Error& refusal) {
    demand(*refusal.what() != '\0', "a refusal has a sentence");
  }
  return 0;
}
