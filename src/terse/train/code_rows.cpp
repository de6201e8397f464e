#include "terse/train/code_rows.h"

#include "terse/model/encoder.h"
#include "terse/train/row_blocks.h"

namespace terse::train {

void count_code_rows(model::Model& model, const data::Table& table,
                     std::span<const std::uint32_t> rows) {
  if (model.full_precision()) return;
  const std::size_t features = model.features.size();
  const model::Encoder encoder(model);
  std::vector<quantize::Code> codes(block_rows * features);
  const std::vector<std::size_t> levels = model.levels();
  for (std::size_t f = 0; f < features; ++f) model.features[f].code_rows.assign(levels[f], 0);
  for_row_blocks(table, rows, [&](std::size_t, base::ConstMatrixView readings) {
    const auto filled = std::span(codes).first(readings.rows * features);
    encoder.encode(readings, filled);
    for (std::size_t i = 0; i < filled.size(); ++i) {
      ++model.features[i % features].code_rows[filled[i]];
    }
  });
}

}  // namespace terse::train
