#include "terse/export/c/package.h"

#include <fmt/format.h>

#include <array>

#include "terse/export/c/cost.h"
#include "terse/export/c/network.h"
#include "terse/export/c/parts.h"
#include "terse/export/text/text_template.h"
#include "terse/text/csv.h"
#include "terse/text/hex.h"
#include "terse/text/wrapping.h"

namespace terse::export_c {
namespace {

struct KindFacts {
  std::string_view name;
  std::string_view source_folder;
  std::string_view header_folder;
  std::string_view extras_folder;  ///< of vectors and their test
};

constexpr std::array facts_of_kinds = {
    KindFacts{"c", "", "", ""},
    KindFacts{"arduino", "src/", "src/", "extras/"},
    KindFacts{"platformio", "src/", "src/", "extras/"},
    KindFacts{"esp-idf", "", "", "extras/"},
    KindFacts{"zephyr", "src/", "include/", "extras/"},
};

const KindFacts& facts(PackageKind kind) {
  return facts_of_kinds[static_cast<std::size_t>(kind)];
}

/// A held value as C has it.
std::string held_text(const export_text::DeviceFeature& feature, std::int64_t held) {
  if (feature.input.type == export_text::ReadingType::float32) {
    std::string text = fmt::format("{:.9g}", export_text::float_at_place(held));
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text + "F";
  }
  if (held == INT32_MIN) return "-2147483647L - 1";
  return fmt::format("{}{}", held, held > 32767 || held < -32767 ? "L" : "");
}

std::string sample_lines(const CEncoder& encoder, const TestVector& vector, std::string_view in) {
  std::vector<std::string> parts;
  for (std::size_t f = 0; f < vector.held.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    const std::string held = held_text(feature, vector.held[f]);
    const bool is_float = feature.input.type == export_text::ReadingType::float32;
    parts.push_back(encoder.mixes_floats()
                        ? fmt::format("{{.{} = {}}}", is_float ? "value" : "count", held)
                        : held);
  }
  return text::comma_lines(parts, in);
}

std::string mask_text(const std::vector<bool>& missing) {
  std::vector<unsigned> bytes((missing.size() + 7) / 8);
  for (std::size_t f = 0; f < missing.size(); ++f) bytes[f / 8] |= missing[f] ? 1U << (f % 8) : 0U;
  return fmt::format("0x{:02X}", fmt::join(bytes, ", 0x"));
}

/// Everything that templates of this file ask for, filled in.
class Package {
 public:
  Package(const model::Model& model, const CEncoder& encoder, PackageKind kind, bool with_network)
      : model_(model),
        encoder_(encoder),
        kind_(kind),
        with_network_(with_network),
        upper_(upper_prefix(encoder)),
        vectors_(test_vectors(model, encoder)) {}

  std::vector<export_text::File> files() const;

 private:
  std::string fill_in(std::string_view name) const;
  std::string readme() const;
  std::string install() const;
  std::string stream_text() const;
  std::string cost_text() const;
  std::string vectors_csv() const;
  std::string test_program() const;
  std::string network_text() const;
  std::string network_source() const;
  void add_kind_files(std::vector<export_text::File>& files) const;

  const model::Model& model_;
  const CEncoder& encoder_;
  PackageKind kind_;
  bool with_network_;
  std::string upper_;
  std::vector<TestVector> vectors_;
};

std::string Package::fill_in(std::string_view name) const {
  return export_text::fill(name, {{"PREFIX", encoder_.prefix},
                                  {"UPPER", upper_},
                                  {"MODEL", encoder_.model},
                                  {"FEATURES", fmt::format("{}", encoder_.features.size())},
                                  {"PAYLOAD_BYTES", fmt::format("{}", encoder_.layout().bytes())},
                                  {"NETWORK_SOURCE", network_source()},
                                  {"SAMPLE", sample_lines(encoder_, vectors_.front(), "    ")}});
}

// Behind the encoder's source in a list of CMake.
std::string Package::network_source() const {
  if (!with_network_) return "";
  return kind_ == PackageKind::zephyr ? fmt::format(" src/{}_network.c", encoder_.prefix)
                                      : fmt::format(" \"{}_network.c\"", encoder_.prefix);
}

std::string Package::install() const {
  switch (kind_) {
    case PackageKind::c:
      return fmt::format("\nCopy `{0}.h` and `{0}.c` into the firmware's sources.",
                         encoder_.prefix);
    case PackageKind::arduino:
      return fmt::format(
          "\nCopy this folder, named `{}`, into the `libraries` folder of the "
          "sketchbook.",
          encoder_.prefix);
    case PackageKind::platformio:
      return fmt::format("\nCopy this folder, named `{}`, into the project's `lib` folder.",
                         encoder_.prefix);
    case PackageKind::esp_idf:
      return fmt::format("\nCopy this folder, named `{}`, into the project's `components` folder.",
                         encoder_.prefix);
    case PackageKind::zephyr:
      return fmt::format(
          "\nName this folder in `ZEPHYR_EXTRA_MODULES` and set "
          "`CONFIG_{}ENCODER=y`.",
          upper_);
  }
  return "";
}

std::string Package::stream_text() const {
  const std::string gaps =
      encoder_.has_gaps()
          ? fmt::format(
                "\n`{0}_encode_masked` takes a bit for each reading that is missing; "
                "among readings one by one,\n`{0}_add_missing` stands for one.\n",
                encoder_.prefix)
          : "";
  return gaps + fmt::format(
                    "\nA device that never holds all readings takes them one by one:\n\n"
                    "```c\n{0}_stream_t stream;\n{0}_begin(&stream, payload);\n"
                    "{0}_add(&stream, reading); /* once for each feature, in order "
                    "*/\n{0}_end(&stream);\n```",
                    encoder_.prefix);
}

std::string Package::cost_text() const {
  std::string text = encoder_.form == Form::size
                         ? fmt::format("Tables in flash: {} bytes.", c_table_bytes(encoder_))
                         : std::string("Thresholds stand in the code.");
  text += " Static RAM: none.";
  const auto costs = expected_costs(encoder_);
  if (costs.empty()) return text;
  text +=
      " About, from measurements of models of this shape (gcc -Os, simulated):\n\n"
      "| processor | flash, bytes | static RAM | stack, bytes | one message |\n"
      "|---|---|---|---|---|";
  for (const DeviceCost& cost : costs) {
    text += fmt::format("\n| {} | {} | 0 | {} | {} {} |", cost.core, cost.flash_bytes,
                        cost.stack_bytes, cost.time, cost.time_unit);
  }
  return text;
}

std::string Package::readme() const {
  const bool radix = encoder_.packing == payload::Packing::radix;
  const KindFacts& kind = facts(kind_);
  std::string sketch = fill_in("c_use.in");
  if (kind_ == PackageKind::arduino || kind_ == PackageKind::platformio) {
    sketch = "```cpp\n" + fill_in("arduino_sketch.in") + "```\n";
  }
  sketch.pop_back();
  const std::string packing = fmt::format(
      "{}{}",
      encoder_.tag ? fmt::format("First the byte 0x{:02X}, then t", *encoder_.tag)
                   : std::string("T"),
      radix ? "he codes as one big-endian number: begin with 0, and for each feature "
              "multiply\nby its levels and add its code."
            : "he codes, each with its most significant bit first, from bit 0, the most\n"
              "significant of the first byte; zero bits fill the last byte.");
  const std::string test = fmt::format("{}{}_test.c", kind.extras_folder, encoder_.prefix);
  const std::string source = fmt::format("{}{}.c", kind.source_folder, encoder_.prefix);
  const std::string header = kind.header_folder.empty() ? "." : std::string(kind.header_folder);
  const std::string command = fmt::format("cc -std=c99 -I{} {} {} -o {}_test && ./{}_test", header,
                                          source, test, encoder_.prefix, encoder_.prefix);
  return export_text::fill("c_readme.in",
                           {{"PREFIX", encoder_.prefix},
                            {"MODEL", encoder_.model},
                            {"FEATURES", fmt::format("{}", encoder_.features.size())},
                            {"PAYLOAD_BYTES", fmt::format("{}", encoder_.layout().bytes())},
                            {"INSTALL", install()},
                            {"SKETCH", sketch},
                            {"STREAM", stream_text()},
                            {"NETWORK", with_network_ ? network_text() : ""},
                            {"PACKING", packing},
                            {"BITS_HEADING", radix ? "multiply by" : "bits of the message"},
                            {"LAYOUT", c_layout_rows(model_, encoder_)},
                            {"CODES", c_code_text(model_)},
                            {"ROUNDING", c_rounding_text(model_, encoder_)},
                            {"VECTORS_PATH", std::string(kind.extras_folder) + "vectors.csv"},
                            {"TEST_PATH", test},
                            {"TEST_COMMAND", command},
                            {"SOURCE_PATH", source},
                            {"COST", cost_text()}});
}

std::string Package::network_text() const {
  const KindFacts& kind = facts(kind_);
  const std::string& prefix = encoder_.prefix;
  const std::string test = fmt::format("{}{}_network_test.c", kind.extras_folder, prefix);
  const std::string header = kind.header_folder.empty() ? "." : std::string(kind.header_folder);
  std::string text = c_network_readme(
      model_, encoder_,
      {std::string(kind.extras_folder) + "vectors.csv", test,
       fmt::format("cc -std=c99 -I{} {}{}.c {}{}_network.c {} -o {}_network_test && "
                   "./{}_network_test",
                   header, kind.source_folder, prefix, kind.source_folder, prefix, test, prefix,
                   prefix)});
  text.pop_back();
  return text;
}

std::string Package::vectors_csv() const {
  std::vector<std::int32_t> predictions;
  if (with_network_) predictions = c_network_predictions(model_, encoder_, vectors_);
  std::string text;
  for (const std::string& name : encoder_.names) text += text::csv_field(name) + ",";
  text += with_network_ ? "payload,prediction\n" : "payload\n";
  for (const TestVector& vector : vectors_) {
    for (std::size_t f = 0; f < vector.held.size(); ++f) {
      if (vector.missing[f]) {
        text += ",";
        continue;
      }
      text += encoder_.features[f].input.type == export_text::ReadingType::float32
                  ? fmt::format("{:.9g},", export_text::float_at_place(vector.held[f]))
                  : fmt::format("{},", vector.held[f]);
    }
    text += text::to_hex(vector.payload);
    if (with_network_) {
      text += fmt::format(",{}", predictions[static_cast<std::size_t>(&vector - vectors_.data())]);
    }
    text += "\n";
  }
  return text;
}

std::string Package::test_program() const {
  std::string samples;
  std::string messages;
  std::string gaps;
  for (const TestVector& vector : vectors_) {
    gaps += "  {" + mask_text(vector.missing) + "},\n";
    samples += "  {\n" + sample_lines(encoder_, vector, "    ") + "\n  },\n";
    std::vector<std::string> bytes;
    for (const std::uint8_t byte : vector.payload) bytes.push_back(fmt::format("0x{:02X}", byte));
    messages += "  {\n" + text::comma_lines(bytes, "    ") + "\n  },\n";
  }
  samples.pop_back();
  messages.pop_back();
  const bool has_gaps = encoder_.has_gaps();
  const std::string masks = fmt::format(
      "\n/* Bit f % 8 of byte f / 8: feature f has no reading. */\n"
      "static const uint8_t missing[][({}FEATURES + 7) / 8] = {{\n{}}};\n",
      upper_, gaps);
  return export_text::fill(
      "c_test.in",
      {{"PREFIX", encoder_.prefix},
       {"MASKS", has_gaps ? masks : ""},
       {"ENCODE", has_gaps ? encoder_.prefix + "_encode_masked(samples[i], missing[i], payload)"
                           : encoder_.prefix + "_encode(samples[i], payload)"},
       {"UPPER", upper_},
       {"VECTORS", fmt::format("{}", vectors_.size())},
       {"SAMPLES", samples},
       {"MESSAGES", messages}});
}

void Package::add_kind_files(std::vector<export_text::File>& files) const {
  const auto add = [&](std::string path, std::string_view name) {
    files.push_back({std::move(path), fill_in(name)});
  };
  switch (kind_) {
    case PackageKind::c:
      return add("examples/put_readings.c", "coap_send.in");
    case PackageKind::arduino:
      add("library.properties", "arduino_properties.in");
      add("examples/print_payload/print_payload.ino", "arduino_sketch.in");
      return add("examples/send_lorawan/send_lorawan.ino", "arduino_lorawan.in");
    case PackageKind::platformio:
      add("library.json", "platformio_library.in");
      add("examples/print_payload/print_payload.ino", "arduino_sketch.in");
      return add("examples/send_lorawan/send_lorawan.ino", "arduino_lorawan.in");
    case PackageKind::esp_idf:
      add("idf_component.yml", "esp_idf_component.in");
      add("CMakeLists.txt", "esp_idf_cmake.in");
      add("examples/put_readings/CMakeLists.txt", "esp_idf_example_cmake.in");
      return add("examples/put_readings/put_readings.c", "coap_send.in");
    case PackageKind::zephyr:
      add("zephyr/module.yml", "zephyr_module.in");
      add("CMakeLists.txt", "zephyr_cmake.in");
      add("Kconfig", "zephyr_kconfig.in");
      add("samples/advertise/CMakeLists.txt", "zephyr_sample_cmake.in");
      add("samples/advertise/prj.conf", "zephyr_sample_conf.in");
      return add("samples/advertise/src/main.c", "zephyr_advertise.in");
  }
}

std::vector<export_text::File> Package::files() const {
  const KindFacts& kind = facts(kind_);
  std::vector<export_text::File> files = c_files(encoder_);
  files[0].path.insert(0, kind.header_folder);
  files[1].path.insert(0, kind.source_folder);
  files.push_back({"README.md", readme()});
  files.push_back({std::string(kind.extras_folder) + "vectors.csv", vectors_csv()});
  files.push_back({std::string(kind.extras_folder) + encoder_.prefix + "_test.c", test_program()});
  if (with_network_) {
    for (export_text::File& file : c_network_files(model_, encoder_)) {
      const bool header = file.path.ends_with(".h");
      file.path.insert(0, header ? kind.header_folder : kind.source_folder);
      files.push_back(std::move(file));
    }
    files.push_back({fmt::format("{}{}_network_test.c", kind.extras_folder, encoder_.prefix),
                     c_network_test(model_, encoder_, vectors_)});
  }
  add_kind_files(files);
  return files;
}

}  // namespace

std::optional<PackageKind> package_kind_of(std::string_view name) {
  for (std::size_t kind = 0; kind < facts_of_kinds.size(); ++kind) {
    if (facts_of_kinds[kind].name == name) return static_cast<PackageKind>(kind);
  }
  return std::nullopt;
}

std::vector<export_text::File> package_files(const model::Model& model, const CEncoder& encoder,
                                             PackageKind kind, bool with_network) {
  return Package(model, encoder, kind, with_network).files();
}

}  // namespace terse::export_c
