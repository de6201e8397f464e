// A tree of comparisons with constants for each feature, its leaves writing the code's bits where
// they belong in the message.
#include "terse/export/c/speed.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

#include "terse/export/c/keys.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/templates.h"

namespace terse::export_c {
namespace {

using Feature = templates::SpeedC::FeaturesItem;
using Statement = Feature::StatementsItem;

/// A reading beyond a limit adds one to the code.
std::vector<std::string> limits_of(const export_text::DeviceFeature& feature) {
  std::vector<std::string> limits;
  for (std::size_t j = 0; j < feature.thresholds.size(); ++j) {
    limits.push_back(feature.input.type == export_text::ReadingType::float32
                         ? fmt::format("{:08X}", feature.thresholds[j])
                         : integer_literal(export_text::last_held(feature, j)));
  }
  return limits;
}

class Writer {
 public:
  explicit Writer(const Encoder& encoder) : encoder_(encoder) {}

  Feature feature(std::size_t index);
  /// Whether a byte is under way after the last feature.
  bool unfinished() const { return used_ != 0; }

 private:
  Statement& add(unsigned indent);
  void add_leaf(std::size_t code, unsigned indent);
  void add_tree(std::size_t low, std::size_t high, unsigned indent);
  std::vector<Statement> statements(const export_text::DeviceFeature& feature);

  const Encoder& encoder_;
  std::size_t passed_ = 0;  ///< thresholds that need no comparison
  std::vector<std::string> limits_;
  std::vector<Statement> statements_;
  unsigned width_ = 0;
  unsigned used_ = 0;  ///< bits of the byte under way
};

Statement& Writer::add(unsigned indent) {
  statements_.push_back({.byte = "",
                         .code = "",
                         .end = false,
                         .indent = std::string(indent, ' '),
                         .limit = "",
                         .next = "",
                         .otherwise = false});
  return statements_.back();
}

void Writer::add_leaf(std::size_t code, unsigned indent) {
  if (encoder_.radix()) {
    if (code != 0) add(indent).code = code;
    return;
  }
  const unsigned end = used_ + width_;
  const std::size_t first = end > 8 ? code >> (end - 8) : code << (8 - end);
  if (first != 0) add(indent).byte = hexadecimal(static_cast<std::uint8_t>(first));
  if (end > 8) {
    const std::size_t second = code << (16 - end) & 0xFF;
    if (second != 0) add(indent).next = hexadecimal(static_cast<std::uint8_t>(second));
  }
}

/// From low to high of the limits are exceeded.
void Writer::add_tree(std::size_t low, std::size_t high, unsigned indent) {
  if (low == high) return add_leaf(passed_ + low, indent);
  const std::size_t middle = (low + high) / 2;
  add(indent).limit = limits_[middle];
  add_tree(middle + 1, high, indent + 2);
  add(indent).otherwise = true;
  const std::size_t before = statements_.size();
  add_tree(low, middle, indent + 2);
  if (statements_.size() == before) statements_.pop_back();
  add(indent).end = true;
}

/// The tree; for a feature that may be missing, what follows the question whether it is.
std::vector<Statement> Writer::statements(const export_text::DeviceFeature& feature) {
  statements_.clear();
  const std::size_t high = limits_.size();
  if (feature.missing_level) {
    add_leaf(feature.levels() - 1, 4);
    add(2).otherwise = true;
    add_tree(0, high, 4);
    add(2).end = true;
  } else {
    add_tree(0, high, 2);
  }
  return statements_;
}

/// Of the variables in the template.
std::string no_reading(const export_text::DeviceFeature& feature) {
  if (!feature.sent()) return "";
  const KeyKind kind(feature);
  return no_reading_condition(kind, kind.is_float() ? "order" : "reading");
}

/// Bit f % 8 of byte f / 8: feature f is sent and has no level for a missing reading; none if no
/// feature is.
std::string needed_bytes(const Encoder& encoder) {
  std::vector<unsigned> bytes((encoder.features.size() + 7) / 8);
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    if (feature.sent() && !feature.missing_level) bytes[f / 8] |= 1U << (f % 8);
  }
  if (std::ranges::count(bytes, 0U) == std::ssize(bytes)) return "";
  return fmt::format("0x{:02X}", fmt::join(bytes, ", 0x"));
}

Feature Writer::feature(std::size_t index) {
  const export_text::DeviceFeature& feature = encoder_.features[index];
  passed_ = feature.passed;
  limits_ = limits_of(feature);
  width_ = static_cast<unsigned>(std::bit_width(feature.levels() - 1));
  const bool bits = feature.sent() && !encoder_.radix();
  const unsigned end = used_ + (bits ? width_ : 0);
  const bool is_float = feature.input.type == export_text::ReadingType::float32;
  const std::string condition = no_reading(feature);
  Feature result{.compares = !limits_.empty() || !condition.empty(),
                 .descending = feature.descending(),
                 .fills_byte = bits && end >= 8,
                 .index = index,
                 .is_float = is_float,
                 .levels = feature.levels(),
                 .mask = feature.missing_level ? fmt::format("{:02X}", 1U << (index % 8)) : "",
                 .mask_place = index / 8,
                 .more = index + 1 < encoder_.features.size(),
                 .no_reading = condition,
                 .sent = feature.sent(),
                 .statements = statements(feature),
                 .uses_next = bits && end > 8};
  used_ = end % 8;
  return result;
}

}  // namespace

std::string speed_functions(const Encoder& encoder) {
  Writer writer(encoder);
  std::vector<Feature> features;
  bool compares_order = false;
  bool compares_readings = false;
  bool uses_next = false;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    features.push_back(writer.feature(f));
    if (!encoder.features[f].sent()) continue;
    if (features.back().compares.holds()) {
      (features.back().is_float.holds() ? compares_order : compares_readings) = true;
    }
    uses_next = uses_next || features.back().uses_next.holds();
  }
  return templates::SpeedC{.compares_order = compares_order,
                           .compares_readings = compares_readings,
                           .features = features,
                           .gaps = encoder.has_gaps(),
                           .mixes = encoder.mixes_floats(),
                           .needed = needed_bytes(encoder),
                           .prefix = encoder.prefix,
                           .radix = encoder.radix(),
                           .refuses = encoder.may_refuse(),
                           .tag = hexadecimal(encoder.tag),
                           .unfinished = writer.unfinished(),
                           .upper = encoder.upper_prefix(),
                           .uses_next = uses_next}
      .filled();
}

}  // namespace terse::export_c
