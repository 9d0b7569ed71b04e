#include "core/topo/link_shape.hh"

#include <algorithm>

#include "core/base/error.hh"
#include "core/base/suggest.hh"
#include "core/topo/link_options.hh"

namespace flowbed {
namespace {

// 50ms is text in JSON, 100 and true are not.
template <class T>
std::optional<T> read_word(const json::Format<T>& format, const std::string& text) {
  if (auto value = format.read(json::Json(text))) return value;
  const json::Json parsed = json::Json::parse(text, nullptr, false);
  return parsed.is_discarded() ? std::nullopt : format.read(parsed);
}

// A list is written with slashes: 1%/20%/100%/0%, -1/0/3.
template <>
std::optional<std::vector<double>> read_word(const json::Format<std::vector<double>>& format,
                                             const std::string& text) {
  json::Json list = json::Json::array();
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('/', start), text.size());
    const std::string element = text.substr(start, end - start);
    const json::Json number = json::Json::parse(element, nullptr, false);
    list.push_back(number.is_number() ? number : json::Json(element));
    start = end + 1;
  }
  return format.read(list);
}

}  // namespace

bool LinkShape::is_random() const {
  return jitter || loss || loss_model || duplicate || corrupt || reorder || discipline == "red" ||
         discipline == "pie";
}

namespace {

// The ways to say how fast exclude each other, and so do those to say what is lost.
void clear_what_is_said_anew(LinkShape& shape, const LinkShape& change) {
  if (change.rate) shape.trace.reset();
  if (change.trace) shape.rate = shape.burst = {}, shape.overhead = {};
  if (change.loss || change.loss_model || change.loss_pattern) {
    shape.loss = shape.loss_correlation = {};
    shape.loss_model = {};
    shape.loss_pattern = {};
  }
}

}  // namespace

LinkShape without(LinkShape shape, const LinkShape& change) {
  clear_what_is_said_anew(shape, change);
  for_each_link_option([&](const auto& option) {
    if (change.*option.member) (shape.*option.member).reset();
  });
  return shape;
}

LinkShape changed(LinkShape shape, const LinkShape& change) {
  clear_what_is_said_anew(shape, change);
  for_each_link_option([&](const auto& option) {
    if (change.*option.member) shape.*option.member = change.*option.member;
  });
  return shape;
}

void set_link_option(LinkShape& shape, const std::string& name, const std::string& text) {
  bool found = false;
  std::vector<std::string> names;
  for_each_link_option([&](const auto& option) {
    names.push_back(option.name);
    if (name != option.name) return;
    found = true;
    auto value = read_word(*option.format, text);
    if (!value) throw Error(name + ": " + in_quotes(text) + " is not " + option.format->wanted);
    shape.*option.member = std::move(value);
  });
  if (!found) throw Error("links have no option " + in_quotes(name) + suggestion(name, names, 40));
}

}  // namespace flowbed
