// The speed form: a tree of comparisons with constants for each feature, its leaves writing the
// code's bits where they belong in the message.
#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "terse/export/c/parts.h"
#include "terse/export/text/text_template.h"

namespace terse::export_c {
namespace {

/// One feature's comparisons: "reading > constant" adds one to the code.
struct Comparisons {
  std::size_t base = 0;  ///< thresholds that every held value passes
  std::vector<std::string> conditions;
};

Comparisons comparisons_of(const export_text::DeviceFeature& feature) {
  Comparisons result;
  const KeyKind kind(feature);
  for (std::size_t j = 0; j < feature.thresholds.size(); ++j) {
    if (kind.type == export_text::ReadingType::float32) {
      result.conditions.push_back(fmt::format("order > 0x{:08X}UL", feature.thresholds[j]));
      continue;
    }
    const std::int64_t lowest = export_text::held_min(kind.type);
    const std::int64_t highest = export_text::held_max(kind.type);
    const std::int64_t last = export_text::last_held(feature, j);
    if (last < lowest || last > highest) {
      ++result.base;
    } else if (last == (kind.descending ? lowest : highest)) {
      break;  // no held value passes this threshold, nor those above it
    } else {
      const std::string constant =
          last == INT32_MIN ? "-2147483647L - 1"
                            : fmt::format("{}{}", last, last > 32767 || last < -32767 ? "L" : "");
      result.conditions.push_back(
          fmt::format("reading {} {}", kind.descending ? "<" : ">", constant));
    }
  }
  return result;
}

/// Where a feature's comparisons get the reading from, and how they learn that there is none.
enum class Source : std::uint8_t { list, stream };

class Writer {
 public:
  Writer(const CEncoder& encoder, Source source) : encoder_(encoder), source_(source) {}

  std::string feature(std::size_t index);
  /// Whether a byte is under way after the last feature.
  bool unfinished() const { return used_ != 0; }

 private:
  std::string tree(std::size_t low, std::size_t high, unsigned indent) const;
  std::string leaf(std::size_t code, unsigned indent) const;
  std::string branches(std::size_t index) const;

  const CEncoder& encoder_;
  Source source_;
  Comparisons comparisons_;
  unsigned width_ = 0;
  unsigned used_ = 0;  ///< bits of the byte under way
};

std::string Writer::leaf(std::size_t code, unsigned indent) const {
  const std::string space(indent, ' ');
  if (encoder_.packing == payload::Packing::radix) {
    return code == 0 ? "" : fmt::format("{}code = {};\n", space, code);
  }
  const unsigned end = used_ + width_;
  const std::size_t first = end > 8 ? code >> (end - 8) : code << (8 - end);
  std::string text;
  if (first != 0) text += fmt::format("{}byte |= 0x{:02X};\n", space, first);
  if (end > 8) {
    const std::size_t second = code << (16 - end) & 0xFF;
    if (second != 0) text += fmt::format("{}next = 0x{:02X};\n", space, second);
  }
  return text;
}

/// Codes low..high are possible.
std::string Writer::tree(std::size_t low, std::size_t high, unsigned indent) const {
  if (low == high) return leaf(comparisons_.base + low, indent);
  const std::string space(indent, ' ');
  const std::size_t middle = (low + high) / 2;
  const std::string above = tree(middle + 1, high, indent + 2);
  const std::string below = tree(low, middle, indent + 2);
  std::string text =
      fmt::format("{}if ({}) {{\n{}{}}}", space, comparisons_.conditions[middle], above, space);
  if (!below.empty()) text += fmt::format(" else {{\n{}{}}}", below, space);
  return text + "\n";
}

/// The tree, for a feature that may be missing behind the question whether it is.
std::string Writer::branches(std::size_t index) const {
  const export_text::DeviceFeature& feature = encoder_.features[index];
  const std::size_t high = comparisons_.conditions.size();
  if (!feature.missing_level) return tree(0, high, 2);
  const std::string marked = source_ == Source::stream
                                 ? std::string("missing != 0")
                                 : fmt::format("missing != 0 && (missing[{}] & 0x{:02X}U) != 0",
                                               index / 8, 1U << (index % 8));
  const std::string condition = feature.input.type == export_text::ReadingType::float32
                                    ? fmt::format("({}) || order == 0", marked)
                                    : marked;
  return fmt::format("  if ({}) {{\n{}  }} else {{\n{}  }}\n", condition,
                     leaf(feature.levels() - 1, 4), tree(0, high, 4));
}

std::string Writer::feature(std::size_t index) {
  const export_text::DeviceFeature& feature = encoder_.features[index];
  const std::string_view next = encoder_.mixes_floats() ? "(*readings++)" : "*readings++";
  const std::string_view held = source_ == Source::list ? next : "value";
  std::string text = source_ == Source::list ? fmt::format("  /* {} */\n", index) : "";
  if (!feature.sent()) return text + (source_ == Source::list ? "  ++readings;\n" : "");
  comparisons_ = comparisons_of(feature);
  width_ = static_cast<unsigned>(std::bit_width(feature.levels() - 1));
  const bool is_float = feature.input.type == export_text::ReadingType::float32;
  text += is_float
              ? fmt::format("  order = {};\n", key_expression(encoder_, KeyKind(feature), held))
              : fmt::format("  reading = {}{};\n", held, encoder_.mixes_floats() ? ".count" : "");
  const std::string body = branches(index);
  if (encoder_.packing == payload::Packing::radix) {
    return text + "  code = 0;\n" + body +
           fmt::format("  {}_digit(payload, {}, code);\n", encoder_.prefix, feature.levels());
  }
  if (used_ + width_ > 8) text += "  next = 0;\n";
  text += body;
  used_ += width_;
  if (used_ > 8) {
    text += "  *payload++ = byte;\n  byte = next;\n";
  } else if (used_ == 8) {
    text += "  *payload++ = byte;\n";
    if (index + 1 < encoder_.features.size()) text += "  byte = 0;\n";
  }
  used_ %= 8;
  return text;
}

/// Variables for what is compared, those that `body` uses.
std::string declarations(const CEncoder& encoder, std::string_view body) {
  std::string text;
  if (body.find(" reading = ") != std::string_view::npos) {
    const bool mixed = encoder.mixes_floats();
    text += fmt::format("  {} reading;\n", mixed ? "int32_t" : encoder.prefix + "_reading_t");
  }
  if (body.find(" order = ") != std::string_view::npos) text += "  uint32_t order;\n";
  return text;
}

std::string indented(std::string_view text) {
  std::string result;
  bool begins = true;
  for (const char c : text) {
    if (begins && c != '\n') result += "    ";
    result += c;
    begins = c == '\n';
  }
  return result;
}

/// PREFIX_encode(), or what it calls where readings may be missing.
std::string list_function(const CEncoder& encoder) {
  const bool gaps = encoder.has_gaps();
  Writer writer(encoder, Source::list);
  std::string body;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) body += writer.feature(f);
  if (writer.unfinished()) body += "  *payload = byte;\n";
  std::string text = fmt::format("{}(const {}_reading_t *readings, {}uint8_t *payload) {{\n{}",
                                 gaps ? fmt::format("static void {}_write", encoder.prefix)
                                      : fmt::format("void {}_encode", encoder.prefix),
                                 encoder.prefix, gaps ? "const uint8_t *missing, " : "",
                                 declarations(encoder, body));
  if (encoder.packing == payload::Packing::radix) {
    text += fmt::format(
        "  uint8_t code;\n  uint16_t place;\n"
        "  for (place = 0; place < {}PAYLOAD_BYTES; ++place) payload[place] = 0;\n",
        upper_prefix(encoder));
  } else {
    text += "  uint8_t byte = 0;\n";
    if (body.find("next") != std::string::npos) text += "  uint8_t next;\n";
  }
  if (encoder.tag) text += fmt::format("  *payload++ = 0x{:02X};\n", *encoder.tag);
  text += body + "}\n";
  return gaps ? text + export_text::fill("c_speed_gaps.in", {{"PREFIX", encoder.prefix}}) : text;
}

/// The same comparisons once more, chosen by the number of the feature; the linker drops whichever
/// of the two functions the firmware does not call.
std::string stream_functions(const CEncoder& encoder) {
  const bool radix = encoder.packing == payload::Packing::radix;
  const bool gaps = encoder.has_gaps();
  Writer writer(encoder, Source::stream);
  std::string cases;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    cases += fmt::format("    case {}:\n{}      break;\n", f, indented(writer.feature(f)));
  }
  cases.pop_back();
  std::string variables = declarations(encoder, cases) + "  uint8_t *payload = stream->payload;\n";
  variables += radix ? "  uint8_t code;" : "  uint8_t byte = stream->byte;";
  if (cases.find("next") != std::string::npos) variables += "\n  uint8_t next;";
  std::string begin = radix ? fmt::format(
                                  "  uint16_t place;\n  for (place = 0; place < {}PAYLOAD_"
                                  "BYTES; ++place) payload[place] = 0;",
                                  upper_prefix(encoder))
                            : std::string("  stream->byte = 0;");
  if (encoder.tag) begin += fmt::format("\n  *payload++ = 0x{:02X};", *encoder.tag);
  const std::string add_missing = fmt::format(
      "\nvoid {0}_add_missing({0}_stream_t *stream) {{\n  const {0}_reading_t none = {{0}};\n"
      "  {0}_put(stream, none, 1);\n}}\n",
      encoder.prefix);
  return export_text::fill(
      "c_speed_stream.in",
      {{"PREFIX", encoder.prefix},
       {"UPPER", upper_prefix(encoder)},
       {"MISSING", gaps ? ", uint8_t missing" : ""},
       {"NO_GAP", gaps ? ", 0" : ""},
       {"VARIABLES", variables},
       {"CASES", cases},
       {"SAVE", radix ? "" : "  stream->payload = payload;\n  stream->byte = byte;"},
       {"BEGIN", begin},
       {"ADD_MISSING", gaps ? add_missing : ""},
       {"END", writer.unfinished() ? "  *stream->payload = stream->byte;" : "  (void)stream;"}});
}

}  // namespace

std::string c_speed_functions(const CEncoder& encoder) {
  return list_function(encoder) + stream_functions(encoder);
}

}  // namespace terse::export_c
