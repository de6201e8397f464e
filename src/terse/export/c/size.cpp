// The size form: tables and one loop. Features of one kind with full levels need no lists beside
// their thresholds; others have their number of thresholds, and a kind, looked up.
#include <fmt/core.h>

#include <algorithm>

#include "terse/export/c/parts.h"
#include "terse/export/text/text_template.h"
#include "terse/text/wrapping.h"

namespace terse::export_c {
namespace {

std::string table_text(const std::vector<std::string>& numbers) {
  return text::comma_lines(numbers, "  ");
}

/// The blanks that every template of this file has.
struct Names {
  std::string upper;
  std::string_view prefix;

  explicit Names(const CEncoder& encoder) : upper(upper_prefix(encoder)), prefix(encoder.prefix) {}
  std::string filled(std::string_view text) const {
    const export_text::Blank blanks[] = {{"PREFIX", prefix}, {"UPPER", upper}};
    return export_text::fill_text(text, blanks);
  }
};

unsigned stored_bytes_max(const CEncoder& encoder) {
  unsigned bytes = 1;
  for (const KeyKind& kind : key_kinds(encoder).distinct) {
    bytes = std::max<unsigned>(bytes, kind.bytes);
  }
  return bytes;
}

bool widths_differ(const CEncoder& encoder) {
  const KeyKinds kinds = key_kinds(encoder);
  return std::any_of(kinds.distinct.begin(), kinds.distinct.end(), [&](const KeyKind& kind) {
    return kind.bytes != kinds.distinct.front().bytes;
  });
}

std::vector<std::string> threshold_numbers(const CEncoder& encoder) {
  std::vector<std::string> numbers;
  const bool as_bytes = widths_differ(encoder);
  for (const export_text::DeviceFeature& feature : encoder.features) {
    for (const std::uint32_t threshold : feature.thresholds) {
      if (!as_bytes) {
        numbers.push_back(fmt::format("{}{}", threshold, feature.bytes == 4 ? "UL" : ""));
        continue;
      }
      for (unsigned byte = 0; byte < feature.bytes; ++byte) {
        numbers.push_back(fmt::format("{}", threshold >> (8 * byte) & 0xFF));
      }
    }
  }
  if (numbers.empty()) numbers.emplace_back("0");  // C has no empty arrays
  return numbers;
}

/// Low bytes, then high bits, of each row: see packs_ten_bits().
std::vector<std::string> packed_numbers(const CEncoder& encoder) {
  std::vector<std::string> numbers;
  for (const export_text::DeviceFeature& feature : encoder.features) {
    std::vector<std::uint32_t> high((feature.thresholds.size() + 3) / 4, 0);
    for (std::size_t j = 0; j < feature.thresholds.size(); ++j) {
      numbers.push_back(fmt::format("{}", feature.thresholds[j] & 0xFF));
      high[j / 4] |= feature.thresholds[j] >> 8 << (2 * (j % 4));
    }
    for (const std::uint32_t value : high) numbers.push_back(fmt::format("{}", value));
  }
  return numbers;
}

std::string start_function(const CEncoder& encoder, bool counts_bits) {
  const Names names(encoder);
  std::string body =
      "@UPPER@INLINE void @PREFIX@_start(@PREFIX@_stream_t *stream, uint8_t *payload) {\n";
  if (encoder.packing == payload::Packing::radix) {
    body +=
        "  uint_fast16_t byte;\n"
        "  for (byte = 0; byte < @UPPER@PAYLOAD_BYTES; ++byte) payload[byte] = 0;\n";
  }
  if (encoder.tag) body += fmt::format("  *payload++ = 0x{:02X};\n", *encoder.tag);
  body +=
      "  stream->next = payload;\n"
      "  stream->row = @PREFIX@_thresholds;\n"
      "  stream->left = @UPPER@FEATURES;\n";
  if (encoder.packing == payload::Packing::bits) {
    // A one in front of the bits that wait for their byte: it is full when the one leaves it.
    body +=
        counts_bits ? "  stream->waiting = 0;\n  stream->bits = 0;\n" : "  stream->waiting = 1;\n";
  }
  return names.filled(body + "}\n\n");
}

constexpr std::string_view byte_if_full =
    "if ((stream->waiting & 0x100U) != 0) {\n"
    "@INDENT@  *stream->next++ = (uint8_t)stream->waiting;\n"
    "@INDENT@  stream->waiting = 1;\n"
    "@INDENT@}\n";

std::string byte_if_full_text(std::string_view indent) {
  const export_text::Blank blanks[] = {{"INDENT", indent}};
  return std::string(indent) + export_text::fill_text(byte_if_full, blanks);
}

std::string uniform_put(const CEncoder& encoder, unsigned bits) {
  const Names names(encoder);
  std::string body =
      "@UPPER@INLINE void @PREFIX@_put(@PREFIX@_stream_t *stream, @PREFIX@_reading_t reading) {\n";
  const std::string code = "@PREFIX@_code(reading, stream->row)";
  const unsigned count = (1U << bits) - 1;
  if (encoder.packing == payload::Packing::radix) {
    body += fmt::format("  @PREFIX@_digit(stream->next, {}, {});\n", count + 1, code);
  } else {
    body += fmt::format("  stream->waiting = (uint_fast16_t)(stream->waiting << {} | {});\n", bits,
                        code);
    if (8 % bits == 0) {
      body += byte_if_full_text("  ");
    } else {
      body += fmt::format("  stream->bits = (uint8_t)(stream->bits + {});\n", bits) +
              "  if (stream->bits >= 8) {\n"
              "    stream->bits = (uint8_t)(stream->bits - 8);\n"
              "    *stream->next++ = (uint8_t)(stream->waiting >> stream->bits);\n"
              "  }\n";
    }
  }
  body += fmt::format("  stream->row += {};\n  --stream->left;\n}}\n\n",
                      packs_ten_bits(encoder) ? packed_row_bytes(count) : count);
  return names.filled(body);
}

std::string uniform_finish(const CEncoder& encoder, unsigned bits) {
  const std::size_t rest = bits * encoder.features.size() % 8;
  std::string body = "@UPPER@INLINE void @PREFIX@_finish(@PREFIX@_stream_t *stream) {\n";
  body += encoder.packing == payload::Packing::radix || rest == 0
              ? std::string("  (void)stream;\n")
              : fmt::format("  *stream->next = (uint8_t)(stream->waiting << {});\n", 8 - rest);
  return Names(encoder).filled(body + "}\n\n");
}

std::string uniform_code(const CEncoder& encoder, unsigned bits) {
  const Names names(encoder);
  const export_text::DeviceFeature& first = encoder.features.front();
  const bool packed = packs_ten_bits(encoder);
  std::string steps;
  for (unsigned step = 1U << (bits - 1); step != 0; step /= 2) {
    steps += packed ? fmt::format(
                          "  if (key > @PREFIX@_threshold(row, (uint8_t)(code + {0}))) "
                          "code = (uint8_t)(code + {1});\n",
                          step - 1, step)
                    : fmt::format("  if (key > @UPPER@READ_{}(at + {})) at += {};\n", first.bytes,
                                  step - 1, step);
  }
  steps.pop_back();
  return export_text::fill(
      packed ? "c_size_packed.in" : "c_size_uniform.in",
      {{"PREFIX", names.prefix},
       {"UPPER", names.upper},
       {"KEY", unsigned_type(first.bytes)},
       {"THRESHOLDS_EACH", fmt::format("{}", first.thresholds.size())},
       {"TABLE", table_text(packed ? packed_numbers(encoder) : threshold_numbers(encoder))},
       {"KEY_EXPRESSION", key_expression(encoder, KeyKind(first), "reading")},
       {"STEPS", names.filled(steps)}});
}

std::string uniform_functions(const CEncoder& encoder, unsigned bits) {
  std::string text = uniform_code(encoder, bits);
  text += start_function(encoder, 8 % bits != 0);
  text += uniform_put(encoder, bits);
  text += uniform_finish(encoder, bits);
  return text;
}

/// A float32 that is missing though nobody says so: only a NaN has this key.
std::string gap_text(const CEncoder& encoder, const KeyKind& kind, std::string_view indent) {
  if (!encoder.has_gaps() || kind.type != export_text::ReadingType::float32) return "";
  return fmt::format("{}if (key == 0) missing = 1;\n", indent);
}

/// Reads the key of `reading`, and the bytes of a threshold where they differ.
std::string mixed_key(const CEncoder& encoder) {
  const KeyKinds kinds = key_kinds(encoder);
  const bool differ = widths_differ(encoder);
  const std::string_view type = unsigned_type(stored_bytes_max(encoder));
  if (kinds.distinct.size() == 1) {
    return fmt::format("  const {} key = {};\n{}", type,
                       key_expression(encoder, kinds.distinct.front(), "reading"),
                       gap_text(encoder, kinds.distinct.front(), "  "));
  }
  std::string text = fmt::format("  {} key;\n", type);
  if (differ) text += "  uint8_t bytes;\n";
  text += "  switch (@UPPER@READ_1(&@PREFIX@_kinds[feature])) {\n";
  for (std::size_t k = 0; k < kinds.distinct.size(); ++k) {
    const KeyKind& kind = kinds.distinct[k];
    text += k + 1 == kinds.distinct.size() ? std::string("    default:\n")
                                           : fmt::format("    case {}:\n", k);
    text += fmt::format("      key = {};\n", key_expression(encoder, kind, "reading"));
    text += gap_text(encoder, kind, "      ");
    if (differ) text += fmt::format("      bytes = {};\n", kind.bytes);
    text += "      break;\n";
  }
  return text + "  }\n";
}

/// Bits and levels of a code follow from the number of thresholds and, where features may be
/// missing, one more for those.
std::string mixed_put(const CEncoder& encoder) {
  const bool differ = widths_differ(encoder);
  const bool gaps = encoder.has_gaps();
  const std::string_view top = gaps ? "top" : "count";
  std::string body = fmt::format(
      "@UPPER@INLINE void @PREFIX@_put(@PREFIX@_stream_t *stream, @PREFIX@_reading_t reading{}) "
      "{{\n"
      "  const uint_fast16_t feature = @UPPER@FEATURES - stream->left;\n"
      "  const uint8_t count = @UPPER@READ_1(&@PREFIX@_counts[feature]);\n",
      gaps ? ", uint8_t missing" : "");
  if (gaps) {
    body += "  const uint8_t top = (uint8_t)(count + @UPPER@READ_1(&@PREFIX@_gaps[feature]));\n";
  }
  body += "  uint8_t code = 0;\n  uint8_t step = 0x80;\n" + mixed_key(encoder);
  if (gaps) {
    body += "  if (top == count) missing = 0;\n";
  }
  body += fmt::format("  while (step > {}) step >>= 1;\n", top) +
          "  for (; step != 0; step >>= 1) {\n"
          "    const uint8_t probe = code | step;\n";
  const std::string threshold =
      differ ? "@PREFIX@_threshold(stream->row + (uint_fast16_t)(probe - 1) * bytes, bytes)"
             : fmt::format("@UPPER@READ_{}(stream->row + (probe - 1))", stored_bytes_max(encoder));
  const std::string passes = fmt::format("probe <= count && key > {}", threshold);
  body +=
      gaps ? fmt::format("    if (missing != 0 ? (top & step) != 0 : ({})) code = probe;\n", passes)
           : fmt::format("    if ({}) code = probe;\n", passes);
  if (encoder.packing == payload::Packing::bits) {
    body += "    stream->waiting = (uint_fast16_t)(stream->waiting << 1 | ((code & step) != 0));\n";
    body += byte_if_full_text("    ");
  }
  body += "  }\n";
  if (encoder.packing == payload::Packing::radix) {
    body += fmt::format(
        "  if ({0} != 0) @PREFIX@_digit(stream->next, (uint16_t)({0} + 1U), code);\n", top);
  }
  body += differ ? "  stream->row += (uint_fast16_t)count * bytes;\n" : "  stream->row += count;\n";
  return Names(encoder).filled(body + "  --stream->left;\n}\n\n");
}

std::string mixed_finish(const CEncoder& encoder) {
  std::string body = "@UPPER@INLINE void @PREFIX@_finish(@PREFIX@_stream_t *stream) {\n";
  body += encoder.packing == payload::Packing::radix
              ? "  (void)stream;\n"
              : "  if (stream->waiting != 1) {\n"
                "    while ((stream->waiting & 0x100U) == 0) stream->waiting <<= 1;\n"
                "    *stream->next = (uint8_t)stream->waiting;\n"
                "  }\n";
  return Names(encoder).filled(body + "}\n\n");
}

constexpr std::string_view threshold_function =
    "/* A threshold of that many bytes, lowest first. */\n"
    "static uint32_t @PREFIX@_threshold(const uint8_t *at, uint8_t bytes) {\n"
    "  uint32_t value = 0;\n"
    "  at += bytes;\n"
    "  while (bytes-- != 0) value = value << 8 | @UPPER@READ_1(--at);\n"
    "  return value;\n"
    "}\n\n";

std::string mixed_functions(const CEncoder& encoder) {
  const Names names(encoder);
  const KeyKinds kinds = key_kinds(encoder);
  std::vector<std::string> counts;
  std::vector<std::string> kind_numbers;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    counts.push_back(fmt::format("{}", encoder.features[f].thresholds.size()));
    kind_numbers.push_back(fmt::format("{}", kinds.of_feature[f]));
  }
  const bool differ = widths_differ(encoder);
  std::string kind_table;
  if (kinds.distinct.size() > 1) {
    kind_table =
        "\n/* How each is held and compared. */\nstatic const uint8_t @PREFIX@_kinds[] "
        "@UPPER@IN_FLASH = {\n" +
        table_text(kind_numbers) + "\n};\n";
  }
  if (encoder.has_gaps()) {
    std::vector<std::string> gaps;
    for (const export_text::DeviceFeature& feature : encoder.features) {
      gaps.emplace_back(feature.missing_level ? "1" : "0");
    }
    kind_table +=
        "\n/* Whether there is one more code, for a missing reading. */\nstatic const uint8_t "
        "@PREFIX@_gaps[] @UPPER@IN_FLASH = {\n" +
        table_text(gaps) + "\n};\n";
  }
  std::string text = export_text::fill(
      "c_size_mixed.in", {{"PREFIX", names.prefix},
                          {"UPPER", names.upper},
                          {"STORED", unsigned_type(differ ? 1 : stored_bytes_max(encoder))},
                          {"TABLE", table_text(threshold_numbers(encoder))},
                          {"COUNTS", table_text(counts)},
                          {"KINDS", names.filled(kind_table)}});
  text += "\n";
  if (differ) text += names.filled(threshold_function);
  text += start_function(encoder, false);
  text += mixed_put(encoder);
  text += mixed_finish(encoder);
  return text;
}

/// The loop needs lpm with increment, movw, and register Y, which unoptimised code keeps.
constexpr std::string_view avr_condition =
    "#if defined(__AVR_HAVE_LPMX__) && defined(__AVR_HAVE_MOVW__) && !defined(__AVR_TINY__) && \\\n"
    "    defined(__OPTIMIZE__)\n";

}  // namespace

std::string c_stream_members(const CEncoder& encoder) {
  if (encoder.form == Form::speed) {
    return std::string("  uint8_t *payload;\n  uint_fast16_t feature;") +
           (encoder.packing == payload::Packing::bits ? "\n  uint8_t byte;" : "");
  }
  const auto bits = uniform_bits(encoder);
  const bool bytes = widths_differ(encoder) || packs_ten_bits(encoder);
  std::string text = fmt::format("  uint8_t *next;\n  const {} *row;\n  uint_fast16_t left;",
                                 unsigned_type(bytes ? 1 : stored_bytes_max(encoder)));
  if (encoder.packing == payload::Packing::bits) {
    text += "\n  uint_fast16_t waiting;";
    if (bits && 8 % *bits != 0) text += "\n  uint8_t bits;";
  }
  return text;
}

std::string c_size_functions(const CEncoder& encoder) {
  const Names names(encoder);
  const auto bits = uniform_bits(encoder);
  std::string text = bits ? uniform_functions(encoder, *bits) : mixed_functions(encoder);
  const bool gaps = encoder.has_gaps();
  std::string encode = export_text::fill(gaps ? "c_size_encode_gaps.in" : "c_size_encode.in",
                                         {{"PREFIX", names.prefix}, {"UPPER", names.upper}});
  encode.pop_back();
  if (const auto avr = c_avr_encode(encoder)) {
    encode = std::string(avr_condition) + *avr + "#else\n" + encode + "\n#endif";
  }
  text += export_text::fill(
      "c_stream_functions.in",
      {{"PREFIX", names.prefix}, {"NO_GAP", gaps ? ", 0" : ""}, {"ENCODE", encode}});
  return text;
}

std::size_t c_table_bytes(const CEncoder& encoder) {
  if (packs_ten_bits(encoder)) {
    return encoder.features.size() * packed_row_bytes(encoder.features.front().thresholds.size());
  }
  const bool uniform = uniform_bits(encoder).has_value();
  const bool kinds = key_kinds(encoder).distinct.size() > 1;
  const std::size_t lists = uniform ? 0 : 1U + (kinds ? 1U : 0U) + (encoder.has_gaps() ? 1U : 0U);
  std::size_t bytes = lists * encoder.features.size();
  for (const export_text::DeviceFeature& feature : encoder.features) {
    bytes += feature.thresholds.size() * feature.bytes;
  }
  return bytes;
}

}  // namespace terse::export_c
