// Many messages of one model, one after the other without anything between: what a .bin file of
// payloads holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "terse/payload/layout.h"

namespace terse::payload {

/// codes: rows x F, row-major, each below its levels (checked). payloads: rows x bytes().
void pack_rows(const Layout& layout, std::span<const quantize::Code> codes,
               std::span<std::uint8_t> payloads);

/// Where unpacking stopped, and why.
struct BatchStatus {
  Status status = Status::ok;
  std::size_t row = 0;  ///< the first bad row, or the number of rows
};

/// codes: rows x F. payloads: any bytes; a length other than rows x bytes() is wrong_length at the
/// row where bytes are missing or left over. Codes of the rows before the bad one are written.
BatchStatus unpack_rows(const Layout& layout, std::span<const std::uint8_t> payloads,
                        std::span<quantize::Code> codes) noexcept;

}  // namespace terse::payload
