// Samples whose messages are known, for the tests of a package. Inside the export room.
#pragma once

#include <cstdint>
#include <vector>

#include "terse/export/c/encoder.h"

namespace terse::export_c {

/// Held values of one sample, and the message they must give.
struct TestVector {
  std::vector<std::int64_t> held;  ///< F whole numbers, see float_place() for float32
  std::vector<bool> missing;       ///< F: there is no reading, whatever is held
  std::vector<std::uint8_t> payload;
  bool refused = false;  ///< a feature that must have a reading has none; the payload is empty
};

/// An ordinary sample first, then least, largest and zero values as far as they are readings, then
/// samples on thresholds and beside them; some readings of features that may be missing are, also
/// by what is held. The last samples are refused if an encoder may refuse any. Categories are held
/// as their places. The codes are the library's (the encoder's own only where calibration let it
/// round thresholds). encoder: of this model.
std::vector<TestVector> test_vectors(const model::Model& model, const Encoder& encoder);

}  // namespace terse::export_c
