// The packages that an encoder comes in, one per build system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace terse::export_c {

enum class PackageKind : std::uint8_t { c, arduino, platformio, esp_idf, zephyr };

/// "c", "arduino", "platformio", "esp-idf", "zephyr"; nothing for other names.
std::optional<PackageKind> package_kind_of(std::string_view name);

/// Where the files of a package lie, each an empty text or a folder with '/' at its end.
struct Places {
  std::string sources;
  std::string headers;
  std::string extras;  ///< of test vectors and the programs that compare with them
};

/// Where the build system looks for them.
Places places_of(PackageKind kind);

}  // namespace terse::export_c
