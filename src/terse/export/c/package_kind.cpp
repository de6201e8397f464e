#include "terse/export/c/package_kind.h"

#include <array>

namespace terse::export_c {
namespace {

struct KindFacts {
  std::string_view name;
  std::string_view sources;
  std::string_view headers;
  std::string_view extras;
};

constexpr std::array facts_of_kinds = {
    KindFacts{"c", "", "", ""},
    KindFacts{"arduino", "src/", "src/", "extras/"},
    KindFacts{"platformio", "src/", "src/", "extras/"},
    KindFacts{"esp-idf", "", "", "extras/"},
    KindFacts{"zephyr", "src/", "include/", "extras/"},
};

}  // namespace

std::optional<PackageKind> package_kind_of(std::string_view name) {
  for (std::size_t kind = 0; kind < facts_of_kinds.size(); ++kind) {
    if (facts_of_kinds[kind].name == name) return static_cast<PackageKind>(kind);
  }
  return std::nullopt;
}

Places places_of(PackageKind kind) {
  const KindFacts& facts = facts_of_kinds[static_cast<std::size_t>(kind)];
  return {std::string(facts.sources), std::string(facts.headers), std::string(facts.extras)};
}

}  // namespace terse::export_c
