#include "terse/model/file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>

#include "terse/base/error.h"
#include "terse/base/new_file.h"
#include "terse/model/forest_tensors.h"
#include "terse/model/metadata.h"
#include "terse/model/safetensors/tensor_reader.h"
#include "terse/text/quoting.h"

namespace terse::model {
namespace {

using safetensors::Container;
using safetensors::damaged;
using safetensors::TensorReader;

constexpr std::size_t file_bytes_max = std::size_t{4} << 30;

std::string checksum_text(const Container& container, const std::string& document) {
  const auto* bytes = reinterpret_cast<const Bytef*>(document.data());
  return fmt::format("{:08x}{:08x}", safetensors::data_checksum(container),
                     crc32_z(0, bytes, document.size()));
}

void read_thresholds(TensorReader& reader, Model& model) {
  const std::size_t count = model.thresholds.offsets.back();
  model.thresholds.values = reader.numbers("thresholds", {count}).values;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const auto values = model.thresholds.of(f);
    if (std::ranges::adjacent_find(values, std::greater_equal<>()) != values.end()) {
      reader.refuse("thresholds", fmt::format("is not ascending for feature {}",
                                              text::in_quotes(model.features[f].name)));
    }
  }
}

void check_version(const Container& container, const std::string& source) {
  const std::string* format = container.find_metadata("format");
  if (format == nullptr || *format != "terse") {
    throw base::InputError(source, "__metadata__: 'format'",
                           "does not say that this is a Terse model",
                           "give a file that `terse train` wrote");
  }
  const std::string place = "__metadata__: 'format_version'";
  const std::string* version = container.find_metadata("format_version");
  if (version == nullptr) throw base::InputError(source, place, "is missing", damaged);
  for (int known = 1; known <= format_version; ++known) {
    if (*version == std::to_string(known)) return;
  }
  const bool number = version->find_first_not_of("0123456789") == std::string::npos;
  if (!number || version->empty() || version->front() == '0') {
    throw base::InputError(source, place,
                           "is " + text::in_quotes(*version) + ", which is not a version", damaged);
  }
  throw base::InputError(source, place,
                         fmt::format("is {}: the file was made by a newer terse (this one reads "
                                     "versions up to {})",
                                     text::in_quotes(*version), format_version),
                         "update terse");
}

// The oldest version that holds the model: programs that know no newer one read it.
int version_of(const Model& model) {
  if (model.external()) return decoder::External::format_version;
  if (model.several()) return 6;
  const Number* number = std::get_if<Number>(&model.output);
  const bool scaled = std::ranges::any_of(
      model.features, [](const Feature& feature) { return !feature.scale.empty(); });
  const bool first = number != nullptr && model.plain();
  const bool trees = std::holds_alternative<decoder::Trees>(model.decoder);
  const bool fourth = model.has_origins() || (scaled && model.full_precision()) ||
                      (number != nullptr && number->link != Link::identity) || (trees && !first);
  constexpr int with_computed_features = 7;
  if (model.readings() < model.features.size()) return with_computed_features;
  return std::max(fourth ? 4 : first ? 1 : 2, decoder::format_version(model.decoder));
}

}  // namespace

std::vector<std::uint8_t> to_bytes(const Model& model) {
  Container container;
  const auto& thresholds = model.thresholds.values;
  container.tensors.push_back({"thresholds", {thresholds.size()}, thresholds});
  std::ranges::move(forest_tensors(model), std::back_inserter(container.tensors));
  std::ranges::move(decoder::tensors(model.decoder), std::back_inserter(container.tensors));
  const std::string document = write_document(model);
  container.metadata = {{"format", "terse"},
                        {"format_version", std::to_string(version_of(model))},
                        {"checksum", checksum_text(container, document)},
                        {"document", document}};
  return safetensors::write_container(container);
}

Model from_bytes(std::span<const std::uint8_t> bytes, const std::string& source) {
  const auto check = [&](const Container& container) { check_version(container, source); };
  const Container container = safetensors::read_container(bytes, source, check);
  const auto metadata = [&](const std::string& name) -> const std::string& {
    const std::string* value = container.find_metadata(name);
    if (value != nullptr) return *value;
    throw base::InputError(source, "__metadata__: " + text::in_quotes(name), "is missing", damaged);
  };
  const std::string& document = metadata("document");
  const std::string& checksum = metadata("checksum");
  if (checksum != checksum_text(container, document)) {
    throw base::InputError(source, "__metadata__: 'checksum'", "does not match the content",
                           "the file is damaged: copy or train it again");
  }
  Model model = read_document(document, source);
  TensorReader reader(container, source);
  read_thresholds(reader, model);
  read_forests(reader, model);
  model.decoder = decoder::read(reader, model.shape());
  reader.require_all_read();
  return model;
}

void write_file(const Model& model, const std::string& path) {
  const auto bytes = to_bytes(model);
  base::NewFile file(path);
  file.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  file.keep();
}

Model read_file(const std::string& path) {
  const auto refuse = [&](const std::string& problem) {
    throw base::InputError(path, "", problem, "check the name of the model file");
  };
  // Not blocking: opening a named pipe would otherwise wait for its other end.
  const int descriptor = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) refuse(std::string("cannot be opened: ") + std::strerror(errno));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(fdopen(descriptor, "rb"), std::fclose);
  struct stat status = {};
  if (!file || fstat(descriptor, &status) != 0) refuse("cannot be read");
  if (S_ISDIR(status.st_mode)) refuse("is a folder");
  if (!S_ISREG(status.st_mode)) refuse("is not a regular file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > file_bytes_max) refuse(fmt::format("has {} bytes, more than any model", size));
  std::vector<std::uint8_t> bytes(size);
  if (std::fread(bytes.data(), 1, size, file.get()) != size) refuse("cannot be read to its end");
  return from_bytes(bytes, path);
}

}  // namespace terse::model
