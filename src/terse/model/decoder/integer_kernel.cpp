#include "terse/model/decoder/integer_kernel.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace terse::model::decoder::TERSE_KERNEL {
namespace {

constexpr std::size_t tile = integer_tile;
constexpr std::size_t tile_bytes = integer_tile * integer_group;

// Weights of a tile, and sums of a tile, in registers; all types spell out which instructions.
#if defined(__AVX512F__)
struct Sums {
  __m512i values;
};
inline void clear(Sums& sums) {
  sums.values = _mm512_setzero_si512();
}
inline void store(std::int32_t* to, const Sums& sums) {
  _mm512_storeu_si512(to, sums.values);
}

template <bool narrow>
inline void accumulate(Sums& sums, std::uint32_t four, const std::int8_t* weights) {
  const __m512i w = _mm512_loadu_si512(weights);
  const __m512i ones = _mm512_set1_epi16(1);
  if constexpr (narrow) {
    const __m512i pairs = _mm512_maddubs_epi16(_mm512_set1_epi32(static_cast<int>(four)), w);
    sums.values = _mm512_add_epi32(sums.values, _mm512_madd_epi16(pairs, ones));
  } else {
    // 255 * 127 * 2 does not fit 16 bits: the upper seven bits of the activation, then its lowest.
    const auto upper = static_cast<int>((four >> 1) & 0x7F7F7F7FU);
    const auto lowest = static_cast<int>(four & 0x01010101U);
    const __m512i high = _mm512_maddubs_epi16(_mm512_set1_epi32(upper), w);
    const __m512i low = _mm512_maddubs_epi16(_mm512_set1_epi32(lowest), w);
    const __m512i twos = _mm512_set1_epi16(2);
    sums.values = _mm512_add_epi32(
        sums.values, _mm512_add_epi32(_mm512_madd_epi16(high, twos), _mm512_madd_epi16(low, ones)));
  }
}
#elif defined(__AVX2__)
struct Sums {
  __m256i values[2];
};
inline void clear(Sums& sums) {
  sums.values[0] = sums.values[1] = _mm256_setzero_si256();
}
inline void store(std::int32_t* to, const Sums& sums) {
  __builtin_memcpy(to, sums.values, sizeof sums.values);
}

template <bool narrow>
inline void accumulate(Sums& sums, std::uint32_t four, const std::int8_t* weights) {
  const __m256i ones = _mm256_set1_epi16(1);
  for (std::size_t half = 0; half < 2; ++half) {
    __m256i w;
    __builtin_memcpy(&w, weights + half * tile_bytes / 2, sizeof w);
    if constexpr (narrow) {
      const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi32(static_cast<int>(four)), w);
      sums.values[half] = _mm256_add_epi32(sums.values[half], _mm256_madd_epi16(pairs, ones));
    } else {
      // 255 * 127 * 2 does not fit 16 bits: the upper seven bits of the activation, then its
      // lowest.
      const auto upper = static_cast<int>((four >> 1) & 0x7F7F7F7FU);
      const auto lowest = static_cast<int>(four & 0x01010101U);
      const __m256i high = _mm256_maddubs_epi16(_mm256_set1_epi32(upper), w);
      const __m256i low = _mm256_maddubs_epi16(_mm256_set1_epi32(lowest), w);
      const __m256i twos = _mm256_set1_epi16(2);
      sums.values[half] = _mm256_add_epi32(
          sums.values[half],
          _mm256_add_epi32(_mm256_madd_epi16(high, twos), _mm256_madd_epi16(low, ones)));
    }
  }
}
#elif defined(__SSE2__)
// Eight vectors of two outputs, each with the sums of its first and last two products.
struct Sums {
  __m128i values[integer_tile / 2];
};
inline void clear(Sums& sums) {
  for (__m128i& value : sums.values) value = _mm_setzero_si128();
}
inline void store(std::int32_t* to, const Sums& sums) {
  for (std::size_t o = 0; o < tile; ++o) {
    std::int32_t parts[4];
    __builtin_memcpy(parts, &sums.values[o / 2], sizeof parts);
    to[o] = parts[o % 2 * 2] + parts[o % 2 * 2 + 1];
  }
}

template <bool>
inline void accumulate(Sums& sums, std::uint32_t four, const std::int8_t* weights) {
  if (four == 0) return;  // as many are of what ReLU leaves
  const __m128i zero = _mm_setzero_si128();
  const __m128i inputs = _mm_unpacklo_epi8(_mm_set1_epi32(static_cast<int>(four)), zero);
#pragma GCC unroll 4
  for (std::size_t v = 0; v < tile / 4; ++v) {
    __m128i w;
    __builtin_memcpy(&w, weights + v * sizeof w, sizeof w);
    // Each byte twice, shifted down: its sign is extended.
    const __m128i low = _mm_srai_epi16(_mm_unpacklo_epi8(w, w), 8);
    const __m128i high = _mm_srai_epi16(_mm_unpackhi_epi8(w, w), 8);
    sums.values[2 * v] = _mm_add_epi32(sums.values[2 * v], _mm_madd_epi16(inputs, low));
    sums.values[2 * v + 1] = _mm_add_epi32(sums.values[2 * v + 1], _mm_madd_epi16(inputs, high));
  }
}
#else
struct Sums {
  std::int32_t values[tile];
};
inline void clear(Sums& sums) {
  for (std::int32_t& value : sums.values) value = 0;
}
inline void store(std::int32_t* to, const Sums& sums) {
  for (std::size_t o = 0; o < tile; ++o) to[o] = sums.values[o];
}

template <bool narrow>
inline void accumulate(Sums& sums, std::uint32_t four, const std::int8_t* weights) {
  if (four == 0) return;  // as half of what ReLU leaves is zero
  std::int32_t input[integer_group];
  for (std::size_t i = 0; i < integer_group; ++i) {
    input[i] = static_cast<std::int32_t>((four >> (8 * i)) & 0xFFU);
  }
  for (std::size_t o = 0; o < tile; ++o) {
    const std::int8_t* w = weights + o * integer_group;
    sums.values[o] += input[0] * w[0] + input[1] * w[1] + input[2] * w[2] + input[3] * w[3];
  }
}
#endif

inline std::uint32_t four_inputs(const std::uint8_t* from) {
  std::uint32_t four;
  __builtin_memcpy(&four, from, sizeof four);
  if constexpr (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) four = __builtin_bswap32(four);
  return four;
}

// `rows` rows at once: each loaded weight is used that many times.
template <bool narrow, std::size_t rows>
void multiply_rows(const std::uint8_t* inputs, std::size_t stride, const IntegerWeights& weights,
                   std::int32_t* sums) {
  const std::size_t columns = weights.tiles * tile;
  const std::size_t groups = weights.groups;
  for (std::size_t t = 0; t < weights.tiles; ++t) {
    const std::int8_t* from = weights.values + t * groups * tile_bytes;
    Sums total[rows];
#pragma GCC unroll 8
    for (std::size_t r = 0; r < rows; ++r) clear(total[r]);
    for (std::size_t g = 0; g < groups; ++g) {
#pragma GCC unroll 8
      for (std::size_t r = 0; r < rows; ++r) {
        accumulate<narrow>(total[r], four_inputs(inputs + r * stride + g * integer_group),
                           from + g * tile_bytes);
      }
    }
#pragma GCC unroll 8
    for (std::size_t r = 0; r < rows; ++r) store(sums + r * columns + t * tile, total[r]);
  }
}

template <bool narrow>
void multiply_all(const std::uint8_t* inputs, std::size_t stride, std::size_t rows,
                  const IntegerWeights& weights, std::int32_t* sums) {
#if defined(__AVX2__)
  constexpr std::size_t together = 4;
#else
  constexpr std::size_t together = 1;  // of 16 registers one row takes eight
#endif
  const std::size_t columns = weights.tiles * tile;
  std::size_t r = 0;
  for (; r + together <= rows; r += together) {
    multiply_rows<narrow, together>(inputs + r * stride, stride, weights, sums + r * columns);
  }
  for (; r < rows; ++r) {
    multiply_rows<narrow, 1>(inputs + r * stride, stride, weights, sums + r * columns);
  }
}

#if defined(__AVX512F__)
// One instruction for four products per output. Two tiles and eight rows keep 16 sums in registers.
template <std::size_t rows, std::size_t tiles>
__attribute__((target("avx512vnni"))) void multiply_vnni_block(const std::uint8_t* inputs,
                                                               std::size_t stride,
                                                               const IntegerWeights& weights,
                                                               std::size_t first_tile,
                                                               std::int32_t* sums) {
  const std::size_t columns = weights.tiles * tile;
  const std::size_t groups = weights.groups;
  const std::size_t tile_size = groups * tile_bytes;
  const std::int8_t* from = weights.values + first_tile * tile_size;
  __m512i total[rows][tiles];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (std::size_t t = 0; t < tiles; ++t) total[r][t] = _mm512_setzero_si512();
  }
  for (std::size_t g = 0; g < groups; ++g) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < rows; ++r) {
      std::uint32_t four;
      __builtin_memcpy(&four, inputs + r * stride + g * integer_group, sizeof four);
      const __m512i input = _mm512_set1_epi32(static_cast<int>(four));
#pragma GCC unroll 8
      for (std::size_t t = 0; t < tiles; ++t) {
        total[r][t] = _mm512_dpbusd_epi32(
            total[r][t], input, _mm512_loadu_si512(from + t * tile_size + g * tile_bytes));
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (std::size_t t = 0; t < tiles; ++t) {
      _mm512_storeu_si512(sums + r * columns + (first_tile + t) * tile, total[r][t]);
    }
  }
}

template <std::size_t rows>
void multiply_vnni_rows(const std::uint8_t* inputs, std::size_t stride,
                        const IntegerWeights& weights, std::int32_t* sums) {
  // A row alone waits for its own additions unless several tiles go side by side.
  constexpr std::size_t wide = rows == 1 ? 8 : 2;
  std::size_t t = 0;
  for (; t + wide <= weights.tiles; t += wide) {
    multiply_vnni_block<rows, wide>(inputs, stride, weights, t, sums);
  }
  for (; t < weights.tiles; ++t) multiply_vnni_block<rows, 1>(inputs, stride, weights, t, sums);
}

void multiply_vnni(const std::uint8_t* inputs, std::size_t stride, std::size_t rows,
                   const IntegerWeights& weights, std::int32_t* sums) {
  constexpr std::size_t together = 8;
  const std::size_t columns = weights.tiles * tile;
  std::size_t r = 0;
  for (; r + together <= rows; r += together) {
    multiply_vnni_rows<together>(inputs + r * stride, stride, weights, sums + r * columns);
  }
  for (; r < rows; ++r) {
    multiply_vnni_rows<1>(inputs + r * stride, stride, weights, sums + r * columns);
  }
}
#endif

}  // namespace

void add_integer_rows(const std::int8_t* table, std::size_t columns, const std::uint32_t* offsets,
                      std::size_t features, const std::uint8_t* codes, std::size_t rows,
                      std::int32_t* sums) {
  // 258 * 127 fits 16 bits, in which twice as many additions go at once.
  constexpr std::size_t features_together = 256;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::uint8_t* code = codes + r * features;
    std::int32_t* to = sums + r * columns;
    for (std::size_t c = 0; c < columns; c += tile) {
      std::int32_t total[tile] = {};
      for (std::size_t f = 0; f < features;) {
        const std::size_t end = f + features_together < features ? f + features_together : features;
        std::int16_t part[tile] = {};
        for (; f < end; ++f) {
          const std::int8_t* row = table + (offsets[f] + code[f]) * columns + c;
          for (std::size_t i = 0; i < tile; ++i) {
            part[i] = static_cast<std::int16_t>(part[i] + row[i]);
          }
        }
        for (std::size_t i = 0; i < tile; ++i) total[i] += part[i];
      }
      for (std::size_t i = 0; i < tile; ++i) to[c + i] = total[i];
    }
  }
}

void multiply_integers(const std::uint8_t* inputs, std::size_t stride, std::size_t rows,
                       const IntegerWeights& weights, std::int32_t* sums) {
#if defined(__AVX512F__)
  if (weights.vnni) {
    multiply_vnni(inputs, stride, rows, weights, sums);
    return;
  }
#endif
  if (weights.narrow) {
    multiply_all<true>(inputs, stride, rows, weights, sums);
  } else {
    multiply_all<false>(inputs, stride, rows, weights, sums);
  }
}

void requantize(const std::int32_t* sums, std::size_t rows, std::size_t columns,
                const RequantizeChannels& channels, std::uint8_t* outputs, std::size_t stride) {
  constexpr std::int32_t half = std::int32_t{1} << (requantization_bits - 1);
  const std::int32_t scale = std::int32_t{1} << channels.guard;
  const std::int32_t* __restrict bias = channels.bias;
  const std::int32_t* __restrict limit = channels.limit;
  const std::int32_t* __restrict multiplier = channels.multiplier;
  const std::int32_t* __restrict shift = channels.shift;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::int32_t* __restrict from = sums + r * columns;
    std::uint8_t* __restrict to = outputs + r * stride;
    for (std::size_t c = 0; c < columns; ++c) {
      std::int32_t value = from[c] * scale + bias[c];
      value = value > 0 ? value : 0;
      value = value < limit[c] ? value : limit[c];
      value = ((value >> shift[c]) * multiplier[c] + half) >> requantization_bits;
      to[c] = static_cast<std::uint8_t>(value < 255 ? value : 255);
    }
  }
}

}  // namespace terse::model::decoder::TERSE_KERNEL
