// The sums of a compressed network: 8-bit activations times small integers, exact in 32 bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terse::model::decoder {

/// Outputs come in tiles of this many; inputs of a dense layer in groups of four.
inline constexpr std::size_t integer_tile = 16;
inline constexpr std::size_t integer_group = 4;
/// Bits after the point of a requantization's product (requantization.h).
inline constexpr int requantization_bits = 22;

/// Weights laid out as tiles x groups x integer_tile outputs x 4 inputs, zeros beyond the ends.
struct IntegerWeights {
  const std::int8_t* values;
  std::size_t groups;
  std::size_t tiles;
  bool narrow;  ///< |weight| <= 63: two products fit 16 bits
  bool vnni;    ///< the processor has AVX-512 VNNI
};

/// Arrays of tiles * integer_tile numbers: requantization.h, channel by channel.
struct RequantizeChannels {
  const std::int32_t* bias;
  const std::int32_t* limit;
  const std::int32_t* multiplier;
  const std::int32_t* shift;
  int guard;
};

#define TERSE_INTEGER_KERNELS                                                                     \
  /* sums row r = sum over f of table row (offsets[f] + codes[r * features + f]); a table row has \
     `columns` integers, a multiple of integer_tile; features * 127 < 2^31. */                    \
  void add_integer_rows(const std::int8_t* table, std::size_t columns,                            \
                        const std::uint32_t* offsets, std::size_t features,                       \
                        const std::uint8_t* codes, std::size_t rows, std::int32_t* sums);         \
  /* sums[r][o] = sum over i of inputs[r][i] * weight(o, i); inputs: rows x groups * 4 bytes on   \
     `stride`; sums: rows x tiles * integer_tile. */                                              \
  void multiply_integers(const std::uint8_t* inputs, std::size_t stride, std::size_t rows,        \
                         const IntegerWeights& weights, std::int32_t* sums);                      \
  /* outputs: rows x columns bytes on `stride`. */                                                \
  void requantize(const std::int32_t* sums, std::size_t rows, std::size_t columns,                \
                  const RequantizeChannels& channels, std::uint8_t* outputs, std::size_t stride);

namespace baseline {
TERSE_INTEGER_KERNELS
}
#if defined(__x86_64__)
namespace avx2 {
TERSE_INTEGER_KERNELS
}
namespace avx512 {
TERSE_INTEGER_KERNELS
}
#endif
#undef TERSE_INTEGER_KERNELS

}  // namespace terse::model::decoder
