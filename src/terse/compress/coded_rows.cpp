#include "terse/compress/coded_rows.h"

#include "terse/base/error.h"
#include "terse/model/encoder.h"

namespace terse::compress {

CodedRows coded_rows(const model::Model& model, const data::Table& table,
                     std::span<const std::uint32_t> rows) {
  CodedRows result;
  result.features = model.features.size();
  TERSE_CHECK(table.features.columns() == result.features);
  result.codes.resize(rows.size() * result.features);
  const model::Encoder encoder(model);
  const model::Number scale = model::decoder::scale(model.output);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto readings = table.features.row(rows[r]);
    encoder.encode({readings.data(), 1, readings.size()},
                   {result.codes.data() + r * result.features, result.features});
    const float target = table.target[rows[r]];
    result.targets.push_back(
        static_cast<float>((static_cast<double>(target) - scale.mean) / scale.deviation));
  }
  return result;
}

}  // namespace terse::compress
