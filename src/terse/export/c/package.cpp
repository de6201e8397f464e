#include "terse/export/c/package.h"

#include <fmt/format.h>

#include "terse/export/c/compute.h"
#include "terse/export/c/descriptions.h"
#include "terse/export/c/network.h"
#include "terse/export/c/readme.h"
#include "terse/export/c/send.h"
#include "terse/export/c/source.h"
#include "terse/export/c/templates.h"
#include "terse/export/c/test_program.h"
#include "terse/export/c/vectors.h"
#include "terse/text/csv.h"
#include "terse/text/hex.h"

namespace terse::export_c {
namespace {

std::string vectors_csv(const Encoder& encoder, std::span<const TestVector> vectors,
                        std::span<const std::optional<std::int32_t>> predictions) {
  std::string text;
  for (const std::string& name : encoder.names) text += text::csv_field(name) + ",";
  text += predictions.empty() ? "payload\n" : "payload,prediction\n";
  for (std::size_t v = 0; v < vectors.size(); ++v) {
    const TestVector& vector = vectors[v];
    for (std::size_t f = 0; f < vector.held.size(); ++f) {
      const bool is_float = encoder.features[f].input.type == export_text::ReadingType::float32;
      const std::int64_t held = vector.held[f];
      if (!vector.missing[f]) {
        text += is_float ? fmt::format("{:.9g}", export_text::float_at_place(held))
                         : std::to_string(held);
      }
      text += ",";
    }
    text += text::to_hex(vector.payload);
    if (!predictions.empty()) {
      text += predictions[v] ? fmt::format(",{}", *predictions[v]) : ",";
    }
    text += "\n";
  }
  return text;
}

/// Within quotation marks of Kconfig.
std::string kconfig_text(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool plain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != '$';
    text += plain ? c : '_';
  }
  return text;
}

class Package {
 public:
  Package(const model::Model& model, const Encoder& encoder, PackageKind kind, PackageParts parts)
      : model_(model),
        encoder_(encoder),
        kind_(kind),
        parts_(parts),
        upper_(encoder.upper_prefix()),
        places_(places_of(kind)),
        vectors_(test_vectors(model, encoder)) {}

  std::vector<export_text::File> files();

 private:
  void add(std::string path, std::string text) {
    files_.push_back({std::move(path), std::move(text)});
  }
  void add_sources(std::vector<export_text::File> files);
  void add_put_readings(const std::string& folder);
  void add_sketches();
  void add_esp_idf();
  void add_zephyr();
  std::string sketch() const;

  const model::Model& model_;
  const Encoder& encoder_;
  PackageKind kind_;
  PackageParts parts_;
  std::string upper_;
  Places places_;
  std::vector<TestVector> vectors_;
  std::vector<export_text::File> files_;
};

/// A header, and a source.
void Package::add_sources(std::vector<export_text::File> files) {
  for (export_text::File& file : files) {
    const bool header = file.path.ends_with(".h");
    add((header ? places_.headers : places_.sources) + file.path, std::move(file.bytes));
  }
}

void Package::add_put_readings(const std::string& folder) {
  add(folder + "put_readings.c", templates::PutReadingsC{.computed = encoder_.computed > 0,
                                                         .prefix = encoder_.prefix,
                                                         .refuses = encoder_.may_refuse(),
                                                         .upper = upper_}
                                     .filled());
}

std::string Package::sketch() const {
  return templates::ArduinoPrintIno{.computed = encoder_.computed > 0,
                                    .model = in_comment(encoder_.model),
                                    .prefix = encoder_.prefix,
                                    .refuses = encoder_.may_refuse(),
                                    .sample = reading_lines(encoder_, vectors_.front()),
                                    .upper = upper_}
      .filled();
}

void Package::add_sketches() {
  const bool refuses = encoder_.may_refuse();
  const bool computed = encoder_.computed > 0;
  add("examples/print_payload/print_payload.ino", sketch());
  add("examples/send_lmic/send_lmic.ino",
      templates::ArduinoLmicIno{
          .computed = computed, .prefix = encoder_.prefix, .refuses = refuses, .upper = upper_}
          .filled());
  add("examples/send_radiolib/send_radiolib.ino",
      templates::ArduinoRadiolibIno{
          .computed = computed, .prefix = encoder_.prefix, .refuses = refuses, .upper = upper_}
          .filled());
}

/// A component, and a project that uses it.
void Package::add_esp_idf() {
  add("idf_component.yml", templates::EspIdfComponentYml{.feature_count = encoder_.features.size(),
                                                         .id = encoder_.id,
                                                         .payload_bytes = encoder_.layout().bytes()}
                               .filled());
  add("CMakeLists.txt", templates::EspIdfComponentCmake{.computed = encoder_.computed > 0,
                                                        .network = parts_.network,
                                                        .prefix = encoder_.prefix,
                                                        .send = parts_.send}
                            .filled());
  const std::string project = "examples/put_readings/";
  add(project + "CMakeLists.txt", templates::EspIdfProjectCmake{}.filled());
  add(project + "main/CMakeLists.txt", templates::EspIdfMainCmake{}.filled());
  add(project + "main/Kconfig.projbuild",
      templates::EspIdfMainKconfig{.model_name = kconfig_text(encoder_.model)}.filled());
  add(project + "main/main.c",
      templates::EspIdfMainC{
          .computed = encoder_.computed > 0, .prefix = encoder_.prefix, .upper = upper_}
          .filled());
  add_put_readings(project + "main/");
}

void Package::add_zephyr() {
  add("zephyr/module.yml", templates::ZephyrModuleYml{.prefix = encoder_.prefix}.filled());
  add("CMakeLists.txt", templates::ZephyrModuleCmake{.computed = encoder_.computed > 0,
                                                     .network = parts_.network,
                                                     .prefix = encoder_.prefix,
                                                     .send = parts_.send,
                                                     .upper = upper_}
                            .filled());
  add("Kconfig", templates::ZephyrModuleKconfig{.feature_count = encoder_.features.size(),
                                                .payload_bytes = encoder_.layout().bytes(),
                                                .prefix = encoder_.prefix,
                                                .upper = upper_}
                     .filled());
  const std::string sample = "samples/advertise/";
  add(sample + "CMakeLists.txt", templates::ZephyrSampleCmake{.prefix = encoder_.prefix}.filled());
  add(sample + "prj.conf", templates::ZephyrSampleConf{.upper = upper_}.filled());
  add(sample + "sample.yaml", templates::ZephyrSampleYml{.feature_count = encoder_.features.size(),
                                                         .payload_bytes = encoder_.layout().bytes(),
                                                         .prefix = encoder_.prefix}
                                  .filled());
  add(sample + "src/main.c", templates::ZephyrAdvertiseC{.computed = encoder_.computed > 0,
                                                         .prefix = encoder_.prefix,
                                                         .refuses = encoder_.may_refuse(),
                                                         .upper = upper_}
                                 .filled());
}

std::vector<export_text::File> Package::files() {
  const bool has_sketch = kind_ == PackageKind::arduino || kind_ == PackageKind::platformio;
  std::vector<std::optional<std::int32_t>> predictions;
  if (parts_.network) predictions = network_predictions(model_, encoder_, vectors_);
  add_sources(encoder_files(encoder_));
  add_sources(compute_files(model_, encoder_));
  add("LICENSE", license_text());
  std::string readme =
      readme_text(model_, encoder_, kind_, places_, has_sketch ? sketch() : "", parts_.network);
  if (parts_.send) readme += send_text(encoder_);
  add("README.md", std::move(readme));
  add(places_.extras + "vectors.csv", vectors_csv(encoder_, vectors_, predictions));
  add(places_.extras + encoder_.prefix + "_test.c", encoder_test(encoder_, vectors_));
  if (parts_.network) {
    add_sources(network_files(model_, encoder_));
    add(places_.extras + encoder_.prefix + "_network_test.c",
        network_test(model_, encoder_, vectors_));
  }
  if (parts_.send) add_sources(send_files(model_, encoder_, parts_.network));
  switch (kind_) {
    case PackageKind::c:
      add_put_readings("examples/");
      break;
    case PackageKind::arduino:
      add("library.properties",
          templates::ArduinoLibraryProperties{.feature_count = encoder_.features.size(),
                                              .id = encoder_.id,
                                              .model = in_comment(encoder_.model),
                                              .payload_bytes = encoder_.layout().bytes(),
                                              .prefix = encoder_.prefix}
              .filled());
      add_sketches();
      break;
    case PackageKind::platformio:
      add("library.json",
          templates::PlatformioLibraryJson{.feature_count = encoder_.features.size(),
                                           .id = encoder_.id,
                                           .payload_bytes = encoder_.layout().bytes(),
                                           .prefix = encoder_.prefix}
              .filled());
      add_sketches();
      break;
    case PackageKind::esp_idf:
      add_esp_idf();
      break;
    case PackageKind::zephyr:
      add_zephyr();
      break;
  }
  return std::move(files_);
}

}  // namespace

std::string license_text() {
  return templates::LicenseTxt{}.filled();
}

std::vector<export_text::File> package_files(const model::Model& model, const Encoder& encoder,
                                             PackageKind kind, PackageParts parts) {
  return Package(model, encoder, kind, parts).files();
}

}  // namespace terse::export_c
