#include "terse/train/code_rows.h"

#include <algorithm>

#include "terse/model/encoder.h"

namespace terse::train {

void count_code_rows(model::Model& model, const data::Table& table,
                     std::span<const std::uint32_t> rows) {
  if (model.full_precision()) return;
  constexpr std::size_t block_rows = 1024;
  const std::size_t features = model.features.size();
  const model::Encoder encoder(model);
  base::Matrix readings(block_rows, features);
  std::vector<quantize::Code> codes(block_rows * features);
  const std::vector<std::size_t> levels = model.levels();
  for (std::size_t f = 0; f < features; ++f) model.features[f].code_rows.assign(levels[f], 0);
  for (std::size_t begin = 0; begin < rows.size(); begin += block_rows) {
    const std::size_t count = std::min(block_rows, rows.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      std::ranges::copy(table.features.row(rows[begin + i]), readings.row(i).begin());
    }
    encoder.encode({readings.data(), count, features}, std::span(codes).first(count * features));
    for (std::size_t i = 0; i < count * features; ++i) {
      ++model.features[i % features].code_rows[codes[i]];
    }
  }
}

}  // namespace terse::train
