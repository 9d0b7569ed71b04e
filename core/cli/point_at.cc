#include "core/cli/point_at.hh"

namespace flowbed {

std::string point_at(const std::string& fault, const std::string& text) {
  const size_t open = fault.find('"');
  const size_t close = open == std::string::npos ? open : fault.find("\": ", open + 1);
  if (close == std::string::npos || close == open + 1) return fault;
  const std::string piece = fault.substr(open + 1, close - open - 1);
  const size_t at = text.find(piece);
  if (at == std::string::npos || piece.size() == text.size()) return fault;
  return fault + "\n  " + text + "\n  " + std::string(at, ' ') + "^" + std::string(piece.size() - 1, '~');
}

}  // namespace flowbed
