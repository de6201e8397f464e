#include "terse/model/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>
#include <numeric>
#include <set>

#include "terse/base/error.h"
#include "terse/base/new_file.h"
#include "terse/model/integer_tensors.h"
#include "terse/model/metadata.h"
#include "terse/model/safetensors.h"
#include "terse/model/tree_tensors.h"
#include "terse/text/quoting.h"

namespace terse::model {
namespace {

constexpr std::size_t file_bytes_max = std::size_t{4} << 30;
constexpr std::size_t layers_max = 64;
constexpr std::size_t units_max = 65'536;  // predicting keeps 1024 rows of them in memory
constexpr const char* damaged = "the file is damaged or not a Terse model";

std::string checksum_text(const Container& container, const std::string& document) {
  const auto* bytes = reinterpret_cast<const Bytef*>(document.data());
  return fmt::format("{:08x}{:08x}", data_checksum(container), crc32_z(0, bytes, document.size()));
}

Tensor matrix_tensor(std::string name, const base::Matrix& matrix) {
  return {std::move(name),
          {matrix.rows(), matrix.columns()},
          {matrix.values().begin(), matrix.values().end()}};
}

const Tensor& tensor_named(const Container& container, const std::string& name,
                           const std::string& source) {
  const Tensor* tensor = container.find_tensor(name);
  if (tensor == nullptr) {
    throw base::InputError(source, "tensor " + text::in_quotes(name), "is missing", damaged);
  }
  if (!tensor->bytes.empty()) {
    throw base::InputError(source, "tensor " + text::in_quotes(name), "is not of dtype F32",
                           damaged);
  }
  for (const float value : tensor->values) {
    if (!std::isfinite(value)) {
      throw base::InputError(source, "tensor " + text::in_quotes(name),
                             "holds a number that is not finite", damaged);
    }
  }
  return *tensor;
}

const Tensor& tensor_of_shape(const Container& container, const std::string& name,
                              const std::vector<std::size_t>& shape, const std::string& source) {
  const Tensor& tensor = tensor_named(container, name, source);
  if (tensor.shape != shape) {
    throw base::InputError(
        source, "tensor " + text::in_quotes(name),
        fmt::format("has not the shape [{}] that the other fields ask for", fmt::join(shape, ", ")),
        damaged);
  }
  return tensor;
}

base::Matrix matrix_of(const Tensor& tensor) {
  base::Matrix matrix(tensor.shape[0], tensor.shape[1]);
  std::ranges::copy(tensor.values, matrix.values().begin());
  return matrix;
}

void read_thresholds(const Container& container, Model& model, const std::string& source) {
  const std::size_t count = model.thresholds.offsets.back();
  model.thresholds.values = tensor_of_shape(container, "thresholds", {count}, source).values;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const auto values = model.thresholds.of(f);
    if (std::ranges::adjacent_find(values, std::greater_equal<>()) != values.end()) {
      throw base::InputError(
          source, "tensor 'thresholds'",
          fmt::format("is not ascending for feature {}", text::in_quotes(model.features[f].name)),
          damaged);
    }
  }
}

void check_units(std::size_t units, const std::string& name, const std::string& source) {
  if (units >= 1 && units <= units_max) return;
  throw base::InputError(source, "tensor " + text::in_quotes(name),
                         fmt::format("has {} units, not 1 to {}", units, units_max), damaged);
}

void read_table(const Container& container, Model& model, const std::string& source) {
  const Tensor& bias = tensor_named(container, "table_bias", source);
  if (bias.shape.size() != 1) {
    throw base::InputError(source, "tensor 'table_bias'", "is not a row of numbers", damaged);
  }
  check_units(bias.values.size(), "table_bias", source);
  const auto feature_levels = model.levels();
  const std::size_t levels =
      std::accumulate(feature_levels.begin(), feature_levels.end(), std::size_t{0});
  model.table =
      matrix_of(tensor_of_shape(container, "table", {levels, bias.values.size()}, source));
  model.table_bias = bias.values;
}

void read_layers(const Container& container, Model& model, const std::string& source) {
  const bool full_precision = model.full_precision();
  std::size_t inputs = full_precision ? model.full_precision_inputs() : model.table_bias.size();
  const std::size_t outputs = model.outputs();
  while (model.layers.empty() || inputs != outputs ||
         container.find_tensor(fmt::format("layers.{}.weight", model.layers.size())) != nullptr) {
    if (model.layers.size() == layers_max) {
      throw base::InputError(source, "layers", fmt::format("are more than {}", layers_max),
                             damaged);
    }
    const std::string name = fmt::format("layers.{}", model.layers.size());
    const Tensor& weights = tensor_named(container, name + ".weight", source);
    if (weights.shape.size() != 2 || weights.shape[1] != inputs) {
      throw base::InputError(source, "tensor " + text::in_quotes(name + ".weight"),
                             fmt::format("does not take the {} values of the layer before", inputs),
                             damaged);
    }
    inputs = weights.shape[0];
    check_units(inputs, name + ".weight", source);
    const Tensor& bias = tensor_of_shape(container, name + ".bias", {inputs}, source);
    model.layers.push_back({matrix_of(weights), bias.values});
  }
}

bool has_boosted_decoder(const Container& container, const Model& model) {
  return quantize::traits(model.method).input == quantize::FirstLayerInput::none ||
         container.find_tensor(tree_tensor_names[0]) != nullptr;
}

// The layers end where there are as many outputs as the task has and no layer follows, so every
// tensor that is left over has a name of its own.
void check_tensor_names(const Container& container, const Model& model, const std::string& source) {
  std::set<std::string> known = {"thresholds"};
  if (!model.trees.empty()) {
    known.insert(tree_tensor_names.begin(), tree_tensor_names.end());
  } else if (model.compressed()) {
    for (std::string& name : integer_tensor_names(model)) known.insert(std::move(name));
  } else if (!model.full_precision()) {
    known.insert({"table", "table_bias"});
  }
  for (std::size_t l = 0; l < model.layers.size() && !model.compressed(); ++l) {
    known.insert({fmt::format("layers.{}.weight", l), fmt::format("layers.{}.bias", l)});
  }
  for (const Tensor& tensor : container.tensors) {
    if (known.contains(tensor.name)) continue;
    throw base::InputError(source, "tensor " + text::in_quotes(tensor.name),
                           "belongs to no part of a model", damaged);
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
                           "is " + text::in_quotes(*version) + ", which is no version", damaged);
  }
  throw base::InputError(source, place,
                         fmt::format("is {}: the file was made by a newer terse (this one reads "
                                     "versions up to {})",
                                     text::in_quotes(*version), format_version),
                         "update terse");
}

}  // namespace

namespace {

// The oldest version that holds the model: programs that know no newer one read it.
int version_of(const Model& model) {
  if (model.compressed()) return 3;
  return model.classes.empty() && model.plain() && model.trees.empty() ? 1 : 2;
}

}  // namespace

std::vector<std::uint8_t> to_bytes(const Model& model) {
  Container container;
  const auto& thresholds = model.thresholds.values;
  container.tensors.push_back({"thresholds", {thresholds.size()}, thresholds});
  if (!model.trees.empty()) {
    std::ranges::move(tree_tensors(model.trees), std::back_inserter(container.tensors));
  } else if (model.compressed()) {
    std::ranges::move(integer_tensors(model), std::back_inserter(container.tensors));
  } else if (!model.full_precision()) {
    container.tensors.push_back(matrix_tensor("table", model.table));
    container.tensors.push_back({"table_bias", {model.table_bias.size()}, model.table_bias});
  }
  for (std::size_t l = 0; l < model.layers.size() && !model.compressed(); ++l) {
    const inference::DenseLayer& layer = model.layers[l];
    container.tensors.push_back(matrix_tensor(fmt::format("layers.{}.weight", l), layer.weights));
    container.tensors.push_back(
        {fmt::format("layers.{}.bias", l), {layer.bias.size()}, layer.bias});
  }
  const std::string document = write_document(model);
  container.metadata = {{"format", "terse"},
                        {"format_version", std::to_string(version_of(model))},
                        {"checksum", checksum_text(container, document)},
                        {"document", document}};
  return write_container(container);
}

Model from_bytes(std::span<const std::uint8_t> bytes, const std::string& source) {
  const auto check = [&](const Container& container) { check_version(container, source); };
  const Container container = read_container(bytes, source, check);
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
  read_thresholds(container, model, source);
  if (has_boosted_decoder(container, model)) {
    if (!model.classes.empty() || !model.plain()) {
      throw base::InputError(source, "trees", "stand with classes, categories or gaps", damaged);
    }
    model.trees = read_trees(container, model.features.size(), source);
  } else if (container.find_tensor(integer_bits_tensor) != nullptr) {
    read_integer_layers(container, model, source);
  } else {
    if (!model.full_precision()) read_table(container, model, source);
    read_layers(container, model, source);
  }
  check_tensor_names(container, model, source);
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
