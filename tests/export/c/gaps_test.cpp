// Encoders of models whose readings may be missing, compiled by the system's C compiler and run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "data/temporary_folder.h"
#include "terse/base/random.h"
#include "terse/export/c/source.h"

namespace terse::export_c {
namespace {

constexpr std::size_t feature_count = 11;
constexpr int row_count = 60;

Encoder encoder_with_gaps(export_text::ReadingType type, Form form, payload::Packing packing) {
  Encoder encoder;
  encoder.prefix = "m";
  encoder.model = "m";
  encoder.form = form;
  encoder.packing = packing;
  for (std::size_t f = 0; f < feature_count; ++f) {
    std::vector<float> thresholds;
    for (std::size_t j = 0; j < f % 5; ++j) thresholds.push_back(static_cast<float>(j) - 1.5F);
    encoder.features.push_back(
        export_text::exact_feature({type, f % 3 == 1 ? -1.0 : 1.0, 0.0}, thresholds));
    encoder.features.back().missing_level = f % 2 == 0;
    encoder.names.push_back(fmt::format("f{}", f));
  }
  return encoder;
}

std::string c_list(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{},", byte);
  return "{" + text + "}";
}

/// A program that exits with the number of the first row whose message is wrong, or 0.
std::string program_of(const Encoder& encoder) {
  base::Random random(3);
  const payload::Layout layout = encoder.layout();
  std::string readings;
  std::string masks;
  std::string messages;
  std::string refusals;
  for (int row = 0; row < row_count; ++row) {
    std::vector<quantize::Code> codes;
    std::vector<std::uint8_t> mask(2);
    std::string values;
    bool refused = false;
    for (std::size_t f = 0; f < feature_count; ++f) {
      const export_text::DeviceFeature& feature = encoder.features[f];
      const auto value = static_cast<int>(random.below(9)) - 4;
      const bool marked = random.below(feature.missing_level ? 3 : 40) == 0;
      const bool not_a_number = feature.input.type == export_text::ReadingType::float32 &&
                                random.below(feature.missing_level ? 5 : 40) == 0;
      refused = refused || (feature.sent() && !feature.missing_level && (marked || not_a_number));
      mask[f / 8] = static_cast<std::uint8_t>(mask[f / 8] | (marked ? 1U << (f % 8) : 0U));
      values += not_a_number ? "NAN," : fmt::format("{},", value);
      std::size_t code = 0;
      for (std::size_t j = 0; j < feature.thresholds.size() && !not_a_number; ++j) {
        const double reading = feature.input.scale * value;
        code += reading > static_cast<double>(j) - 1.5 ? 1 : 0;
      }
      if (feature.missing_level && (marked || not_a_number)) code = feature.thresholds.size() + 1;
      codes.push_back(static_cast<quantize::Code>(code));
    }
    std::vector<std::uint8_t> message(layout.bytes());
    layout.pack(codes, message);
    readings += "{" + values + "},\n";
    masks += c_list(mask) + ",\n";
    messages += c_list(message) + ",\n";
    refusals += refused ? "M_NO_READING," : "M_OK,";
  }
  return fmt::format(R"(#include <math.h>
#include <string.h>
#include "m.h"
static const m_reading_t readings[][M_FEATURES] = {{{}}};
static const uint8_t masks[][2] = {{{}}};
static const uint8_t messages[][M_PAYLOAD_BYTES] = {{{}}};
static const m_status_t statuses[] = {{{}}};
int main(void) {{
  int r;
  int f;
  for (r = 0; r < {}; ++r) {{
    uint8_t p[M_PAYLOAD_BYTES];
    m_stream_t s;
    if (m_encode_masked(readings[r], masks[r], p) != statuses[r]) return r + 1;
    if (statuses[r] == M_OK && memcmp(p, messages[r], sizeof p) != 0) return r + 1;
    m_begin(&s, p);
    for (f = 0; f < M_FEATURES; ++f) {{
      if (masks[r][f / 8] >> (f % 8) & 1) {{
        m_add_missing(&s);
      }} else {{
        m_add(&s, readings[r][f]);
      }}
    }}
    if (m_end(&s) != statuses[r]) return r + 1;
    if (statuses[r] == M_OK && memcmp(p, messages[r], sizeof p) != 0) return r + 1;
  }}
  return 0;
}}
)",
                     readings, masks, messages, refusals, row_count);
}

class Gaps : public ::testing::TestWithParam<
                 std::tuple<export_text::ReadingType, Form, payload::Packing>> {};

TEST_P(Gaps, HaveTheLastCode) {
  const auto [type, form, packing] = GetParam();
  const Encoder encoder = encoder_with_gaps(type, form, packing);
  const TemporaryFolder folder;
  export_text::write_files(folder.path().string(), encoder_files(encoder));
  folder.write("main.c", program_of(encoder));
  const std::string command = fmt::format(
      "cd '{}' && cc -std=c99 -Wall -Wextra -Wconversion -Werror m.c main.c -o main && ./main",
      folder.path().string());
  EXPECT_EQ(std::system(command.c_str()), 0);
}

INSTANTIATE_TEST_SUITE_P(Forms, Gaps,
                         ::testing::Combine(::testing::Values(export_text::ReadingType::int16,
                                                              export_text::ReadingType::float32),
                                            ::testing::Values(Form::size, Form::speed),
                                            ::testing::Values(payload::Packing::bits,
                                                              payload::Packing::radix)));

}  // namespace
}  // namespace terse::export_c
