#include "terse/export/c/avr_limits.h"

#include <fmt/format.h>

#include "terse/export/c/cost.h"
#include "terse/export/c/descriptions.h"
#include "terse/export/c/network_numbers.h"
#include "terse/export/c/rows.h"

namespace terse::export_c {
namespace {

constexpr std::size_t object_bytes_max = 32767;
/// What is left of 64 KiB behind a vector table of the largest AVR, of 256 bytes.
constexpr std::size_t constants_bytes_max = 65536 - 256;

/// A name within the text of an #error.
std::string in_error(const std::string& name) {
  std::string text = in_comment(name);
  for (char& c : text) {
    if (c == '"') c = '_';
  }
  return text;
}

/// Which feature's part of an array goes beyond what an object holds; nothing if all fits.
template <typename BytesOf>
std::optional<std::size_t> first_beyond(const Encoder& encoder, BytesOf bytes_of) {
  std::size_t bytes = 0;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    bytes += bytes_of(f);
    if (bytes > object_bytes_max) return f;
  }
  return std::nullopt;
}

}  // namespace

std::string too_large_for_avr(const Encoder& encoder) {
  if (encoder.form != Form::size) return "";
  const bool in_rows = row_bits(encoder).has_value();
  const auto beyond = first_beyond(encoder, [&](std::size_t f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    return in_rows ? row_elements(encoder, f) * element_bytes(encoder)
                   : feature.thresholds.size() * feature.bytes;
  });
  if (!beyond) return "";
  return fmt::format(
      "the thresholds are one object, which holds {} bytes on AVR: it ends at feature {} ({}) of "
      "{}; export with `form` speed or `threshold-bytes` 1, or train with fewer levels",
      object_bytes_max, *beyond, in_error(encoder.names[*beyond]), encoder.features.size());
}

std::string network_too_large_for_avr(const model::Model& model, const Encoder& encoder) {
  const DeviceNetwork network = device_network(model);
  std::size_t bytes = table_bytes(encoder) + network.flash_bytes_of_channels();
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const DeviceLayer& layer = network.layers[l];
    bytes += layer.weights.size();
    if (layer.weights.size() <= object_bytes_max) continue;
    const auto beyond =
        first_beyond(encoder, [&](std::size_t f) { return network.levels[f] * layer.row_bytes; });
    const std::string at = l == 0 && beyond ? fmt::format(": it ends at feature {} ({})", *beyond,
                                                          in_error(encoder.names[*beyond]))
                                            : "";
    return fmt::format(
        "the weights of layer {} take {} bytes, an object on AVR holds {}{}; compress to less "
        "`memory`",
        l, layer.weights.size(), object_bytes_max, at);
  }
  if (bytes <= constants_bytes_max) return "";
  return fmt::format(
      "the tables take {} bytes, and AVR reads constants in its first 65536 bytes of flash alone; "
      "compress to less `memory`",
      bytes);
}

}  // namespace terse::export_c
