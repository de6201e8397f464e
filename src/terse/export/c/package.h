// Everything that stands beside an encoder in C: a description, test vectors, a test to run on the
// developer's machine, and the same as a package for the usual build systems.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "terse/export/c/source.h"

namespace terse::export_c {

enum class PackageKind : std::uint8_t { c, arduino, platformio, esp_idf, zephyr };

/// "c", "arduino", "platformio", "esp-idf", "zephyr"; nothing for other names.
std::optional<PackageKind> package_kind_of(std::string_view name);

/// Held values of one sample, and the message they must give.
struct TestVector {
  std::vector<std::int64_t> held;  ///< F whole numbers, see float_place() for float32
  std::vector<bool> missing;       ///< F: there is no reading, whatever is held
  std::vector<std::uint8_t> payload;
};

/// An ordinary sample first, then least, largest and zero values, then samples on thresholds and
/// beside them; some readings of features that may be missing are. Categories are held as their
/// places. The codes are the library's (the encoder's own only where calibration let it round
/// thresholds). encoder: of this model.
std::vector<TestVector> test_vectors(const model::Model& model, const CEncoder& encoder);

/// The files of a package, ready to be copied into a project or a library folder. with_network: the
/// network too (c_network.h); the model must be compressed then.
std::vector<export_text::File> package_files(const model::Model& model, const CEncoder& encoder,
                                             PackageKind kind, bool with_network = false);

}  // namespace terse::export_c
