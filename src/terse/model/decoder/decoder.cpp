#include "terse/model/decoder/decoder.h"

#include "terse/base/error.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

template <std::size_t kind = 0>
Decoder read_first(safetensors::TensorReader& reader, const Shape& shape) {
  using Kind = std::variant_alternative_t<kind, Decoder>;
  if (Kind::stored_in(reader, shape)) return Kind::read(reader, shape);
  if constexpr (kind + 1 < std::variant_size_v<Decoder>) {
    return read_first<kind + 1>(reader, shape);
  }
  TERSE_CHECK(false);  // the last two are between them in every file
}

}  // namespace

std::size_t outputs(const Decoder& decoder) {
  return std::visit([](const auto& own) { return own.outputs(); }, decoder);
}

std::string_view name(const Decoder& decoder) {
  return std::visit([](const auto& own) { return own.name; }, decoder);
}

int format_version(const Decoder& decoder) {
  return std::visit([](const auto& own) { return own.format_version; }, decoder);
}

std::vector<safetensors::Tensor> tensors(const Decoder& decoder) {
  return std::visit([](const auto& own) { return own.tensors(); }, decoder);
}

Decoder read(safetensors::TensorReader& reader, const Shape& shape) {
  return read_first(reader, shape);
}

std::unique_ptr<Runner> runner(const Decoder& decoder, const Shape& shape,
                               std::size_t batch_rows_max, const MakeProducts& products) {
  return std::visit([&](const auto& own) { return own.runner(shape, batch_rows_max, products); },
                    decoder);
}

}  // namespace terse::model::decoder
