// Several functions as one, for std::visit: one per alternative, so that the compiler names every
// place that does not handle a new alternative.
#pragma once

namespace terse::base {

/// std::visit(Overloaded{[](const A&) { ... }, [](const B&) { ... }}, variant)
template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace terse::base
