// Everything that stands beside an encoder in C: a description, test vectors, a test to run on the
// developer's machine, and the same as a package for the usual build systems.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/text/files.h"

namespace terse::export_c {

enum class PackageKind : std::uint8_t { c, arduino, platformio, esp_idf, zephyr };

/// "c", "arduino", "platformio", "esp-idf", "zephyr"; nothing for other names.
std::optional<PackageKind> package_kind_of(std::string_view name);

/// The files of a package, ready to be copied into a project or a library folder. with_network: the
/// network too (network.h); the model must be compressed then.
std::vector<export_text::File> package_files(const model::Model& model, const Encoder& encoder,
                                             PackageKind kind, bool with_network = false);

}  // namespace terse::export_c
