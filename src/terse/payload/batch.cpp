#include "terse/payload/batch.h"

#include <algorithm>

#include "terse/base/error.h"

namespace terse::payload {
namespace {

/// Rows in a table of codes, which has at least one feature unless it is empty.
std::size_t rows_of(const Layout& layout, std::size_t codes) {
  TERSE_CHECK(layout.features() > 0 ? codes % layout.features() == 0 : codes == 0);
  return codes == 0 ? 0 : codes / layout.features();
}

}  // namespace

void pack_rows(const Layout& layout, std::span<const quantize::Code> codes,
               std::span<std::uint8_t> payloads) {
  const std::size_t rows = rows_of(layout, codes.size());
  TERSE_CHECK(payloads.size() == rows * layout.bytes());
  for (std::size_t row = 0; row < rows; ++row) {
    layout.pack(codes.subspan(row * layout.features(), layout.features()),
                payloads.subspan(row * layout.bytes(), layout.bytes()));
  }
}

BatchStatus unpack_rows(const Layout& layout, std::span<const std::uint8_t> payloads,
                        std::span<quantize::Code> codes) noexcept {
  const std::size_t rows = rows_of(layout, codes.size());
  for (std::size_t row = 0; row < rows; ++row) {
    // Short of one message at the end, this is what is left of it.
    const auto rest = payloads.subspan(std::min(row * layout.bytes(), payloads.size()));
    const Status status = layout.unpack(rest.first(std::min(rest.size(), layout.bytes())),
                                        codes.subspan(row * layout.features(), layout.features()));
    if (status != Status::ok) return {status, row};
  }
  return {payloads.size() > rows * layout.bytes() ? Status::wrong_length : Status::ok, rows};
}

}  // namespace terse::payload
