#include "terse/model/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "terse/error.h"
#include "terse/model/metadata.h"
#include "terse/model/safetensors.h"

namespace terse::model {
namespace {

constexpr std::size_t file_bytes_max = std::size_t{4} << 30;
constexpr std::size_t layers_max = 64;
constexpr const char* damaged = "the file is damaged or not a Terse model";

std::string checksum_text(const Container& container, const std::string& document) {
  const auto* bytes = reinterpret_cast<const Bytef*>(document.data());
  return fmt::format("{:08x}{:08x}", data_checksum(container), crc32_z(0, bytes, document.size()));
}

Tensor matrix_tensor(std::string name, const Matrix& matrix) {
  return {std::move(name),
          {matrix.rows(), matrix.columns()},
          {matrix.values().begin(), matrix.values().end()}};
}

const Tensor& tensor_named(const Container& container, const std::string& name,
                           const std::string& source) {
  const Tensor* tensor = container.find_tensor(name);
  if (tensor == nullptr) {
    throw InputError(source, "tensor " + in_quotes(name), "is missing", damaged);
  }
  for (const float value : tensor->values) {
    if (!std::isfinite(value)) {
      throw InputError(source, "tensor " + in_quotes(name), "holds a number that is not finite",
                       damaged);
    }
  }
  return *tensor;
}

const Tensor& tensor_of_shape(const Container& container, const std::string& name,
                              const std::vector<std::size_t>& shape, const std::string& source) {
  const Tensor& tensor = tensor_named(container, name, source);
  if (tensor.shape != shape) {
    throw InputError(
        source, "tensor " + in_quotes(name),
        fmt::format("has not the shape [{}] that the other fields ask for", fmt::join(shape, ", ")),
        damaged);
  }
  return tensor;
}

Matrix matrix_of(const Tensor& tensor) {
  Matrix matrix(tensor.shape[0], tensor.shape[1]);
  std::ranges::copy(tensor.values, matrix.values().begin());
  return matrix;
}

void read_thresholds(const Container& container, Model& model, const std::string& source) {
  const std::size_t count = model.thresholds.offsets.back();
  model.thresholds.values = tensor_of_shape(container, "thresholds", {count}, source).values;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const auto values = model.thresholds.of(f);
    if (std::ranges::adjacent_find(values, std::greater_equal<>()) != values.end()) {
      throw InputError(
          source, "tensor 'thresholds'",
          fmt::format("is not ascending for feature {}", in_quotes(model.features[f].name)),
          damaged);
    }
  }
}

void read_table(const Container& container, Model& model, const std::string& source) {
  const Tensor& bias = tensor_named(container, "table_bias", source);
  if (bias.shape.size() != 1 || bias.values.empty()) {
    throw InputError(source, "tensor 'table_bias'", "is not a row of numbers", damaged);
  }
  const std::size_t levels = model.thresholds.offsets.back() + model.features.size();
  model.table =
      matrix_of(tensor_of_shape(container, "table", {levels, bias.values.size()}, source));
  model.table_bias = bias.values;
}

void read_layers(const Container& container, Model& model, const std::string& source) {
  const bool full_precision = model.method == quantize::Method::fp;
  std::size_t inputs = full_precision ? model.features.size() : model.table_bias.size();
  for (std::size_t l = 0; container.find_tensor(fmt::format("layers.{}.weight", l)); ++l) {
    if (l == layers_max) throw InputError(source, "layers", "are too many", damaged);
    const std::string name = fmt::format("layers.{}", l);
    const Tensor& weights = tensor_named(container, name + ".weight", source);
    if (weights.shape.size() != 2 || weights.shape[1] != inputs || weights.shape[0] == 0) {
      throw InputError(source, "tensor " + in_quotes(name + ".weight"),
                       fmt::format("does not take the {} values of the layer before", inputs),
                       damaged);
    }
    const std::size_t outputs = weights.shape[0];
    const Tensor& bias = tensor_of_shape(container, name + ".bias", {outputs}, source);
    model.layers.push_back({matrix_of(weights), bias.values});
    inputs = outputs;
  }
  if (model.layers.empty()) {
    throw InputError(source, "tensor 'layers.0.weight'", "is missing", damaged);
  }
  if (inputs != 1) throw InputError(source, "layers", "do not end in one output", damaged);
  const std::size_t expected = 2 * model.layers.size() + (full_precision ? 1 : 3);
  if (container.tensors.size() != expected) {
    throw InputError(source, "header", "names tensors that no model has", damaged);
  }
}

void check_version(const Container& container, const std::string& source) {
  const std::string* format = container.find_metadata("format");
  if (format == nullptr || *format != "terse") {
    throw InputError(source, "__metadata__: 'format'", "does not say that this is a Terse model",
                     "give a file that `terse train` wrote");
  }
  const std::string* version = container.find_metadata("format_version");
  if (version != nullptr && *version == std::to_string(format_version)) return;
  throw InputError(source, "__metadata__: 'format_version'",
                   version == nullptr ? "is missing" : "is " + in_quotes(*version),
                   fmt::format("this program reads version {}; use a newer terse", format_version));
}

}  // namespace

std::vector<std::uint8_t> to_bytes(const Model& model) {
  Container container;
  const auto& thresholds = model.thresholds.values;
  container.tensors.push_back({"thresholds", {thresholds.size()}, thresholds});
  if (model.method != quantize::Method::fp) {
    container.tensors.push_back(matrix_tensor("table", model.table));
    container.tensors.push_back({"table_bias", {model.table_bias.size()}, model.table_bias});
  }
  for (std::size_t l = 0; l < model.layers.size(); ++l) {
    const network::DenseLayer& layer = model.layers[l];
    container.tensors.push_back(matrix_tensor(fmt::format("layers.{}.weight", l), layer.weights));
    container.tensors.push_back(
        {fmt::format("layers.{}.bias", l), {layer.bias.size()}, layer.bias});
  }
  const std::string document = write_document(model);
  container.metadata = {{"format", "terse"},
                        {"format_version", std::to_string(format_version)},
                        {"checksum", checksum_text(container, document)},
                        {"document", document}};
  return write_container(container);
}

Model from_bytes(std::span<const std::uint8_t> bytes, const std::string& source) {
  const Container container = read_container(bytes, source);
  check_version(container, source);
  const std::string* document = container.find_metadata("document");
  const std::string* checksum = container.find_metadata("checksum");
  if (document == nullptr || checksum == nullptr) {
    throw InputError(source, "__metadata__", "lacks the document or its checksum", damaged);
  }
  if (*checksum != checksum_text(container, *document)) {
    throw InputError(source, "__metadata__: 'checksum'", "does not match the content",
                     "the file is damaged: copy or train it again");
  }
  Model model = read_document(*document, source);
  read_thresholds(container, model, source);
  if (model.method != quantize::Method::fp) read_table(container, model, source);
  read_layers(container, model, source);
  return model;
}

void write_file(const Model& model, const std::string& path) {
  const auto bytes = to_bytes(model);
  const std::string temporary = fmt::format("{}.{}.part", path, getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  bool good = file != nullptr;
  good = good && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  good = good && std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  const int error = errno;
  if (file != nullptr) good = std::fclose(file) == 0 && good;
  if (good && std::rename(temporary.c_str(), path.c_str()) == 0) return;
  const std::string reason = std::strerror(good ? errno : error);
  std::remove(temporary.c_str());
  throw JobError(fmt::format("{}: cannot be written: {}", path, reason));
}

Model read_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  struct stat status = {};
  if (file == nullptr || fstat(fileno(file), &status) != 0) {
    const std::string reason = std::strerror(errno);
    if (file != nullptr) std::fclose(file);
    throw InputError(path, "", "cannot be opened: " + reason, "check the name of the model file");
  }
  std::vector<std::uint8_t> bytes;
  const auto size = static_cast<std::size_t>(status.st_size);
  bool good = S_ISREG(status.st_mode) && size <= file_bytes_max;
  if (good) {
    bytes.resize(size);
    good = std::fread(bytes.data(), 1, size, file) == size;
  }
  std::fclose(file);
  if (!good) throw InputError(path, "", "is not a file that can be read", "check the name");
  return from_bytes(bytes, path);
}

}  // namespace terse::model
