#pragma once

namespace flowbed {

/// One function of several, for std::visit over a variant: the case that fits is called.
template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace flowbed
