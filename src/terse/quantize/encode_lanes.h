// The few vector operations the encoder is written in, for AVX-512 (16 rows a register) and AVX2
// (8 rows). Included by encode_kernel.cpp alone.
#pragma once

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12's own AVX-512 header starts "undefined" registers from themselves (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace terse::quantize::TERSE_KERNEL {
namespace {

#define TERSE_INLINE inline __attribute__((always_inline))

using Chunk = __m128i;  ///< four words, or sixteen codes

inline Chunk load_chunk(const std::uint8_t* bytes) {
  return _mm_load_si128(static_cast<const Chunk*>(static_cast<const void*>(bytes)));
}
inline void store_chunk(std::uint8_t* bytes, Chunk value) {
  _mm_storeu_si128(static_cast<Chunk*>(static_cast<void*>(bytes)), value);
}

#if defined(TERSE_KERNEL_avx512)

constexpr std::size_t lanes = 16;
constexpr int blended_depth_max = 4;  ///< 15 of 32 registers hold thresholds
constexpr int table_bits = 5;         ///< a permutation of two registers looks up 2^5 entries
using Floats = __m512;
using Words = __m512i;
using Outcome = __mmask16;

inline Words zero() {
  return _mm512_setzero_si512();
}
inline Words load(const std::uint32_t* words) {
  return _mm512_load_si512(words);
}
inline void store(std::uint32_t* words, Words value) {
  _mm512_store_si512(words, value);
}
inline Words either(Words left, Words right) {
  return _mm512_or_si512(left, right);
}
inline Words both(Words left, Words right) {
  return _mm512_and_si512(left, right);
}
inline Words everywhere(std::uint32_t word) {
  return _mm512_set1_epi32(static_cast<int>(word));
}
template <int Bits>
Words shifted_left(Words value) {
  return _mm512_slli_epi32(value, Bits);
}
template <int Bits>
Words shifted_right(Words value) {
  return _mm512_srli_epi32(value, Bits);
}
/// Each byte of value, 0..15, replaced by that entry of a table of sixteen bytes.
inline Words looked_up(const std::uint8_t* table, Words value) {
  return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(load_chunk(table)), value);
}

inline Floats load_row(const float* row) {
  return _mm512_loadu_ps(row);
}
inline void store_codes(std::uint8_t* row, Words codes) {
  store_chunk(row, _mm512_cvtepi32_epi8(codes));
}
inline Floats everywhere(float value) {
  return _mm512_set1_ps(value);
}
inline Outcome above(Floats reading, Floats threshold) {
  return _mm512_cmp_ps_mask(reading, threshold, _CMP_GT_OQ);
}
inline Words with_bit(Words value, Outcome outcome, std::uint32_t bit) {
  return _mm512_mask_or_epi32(value, outcome, value, everywhere(bit));
}
inline Floats chosen(Outcome outcome, Floats if_not, Floats if_so) {
  return _mm512_mask_blend_ps(outcome, if_not, if_so);
}
/// table[index], for a table of up to 2^table_bits entries.
template <int Bits>
Floats entry(const float* table, Words index) {
  if constexpr (Bits < table_bits) {
    return _mm512_permutexvar_ps(index, _mm512_load_ps(table));
  } else {
    return _mm512_permutex2var_ps(_mm512_load_ps(table), index, _mm512_load_ps(table + 16));
  }
}

/// Lanes 4 b .. 4 b + 3 from the rows with that number, for b = 0..3: rows r, r + 4, r + 8, r + 12.
inline Floats load_chunks(const float* row, std::size_t stride) {
  Floats all = _mm512_castps128_ps512(_mm_loadu_ps(row));
  const auto chunk = [&](std::size_t index) {
    return _mm512_broadcast_f32x4(_mm_loadu_ps(row + index * 4 * stride));
  };
  all = _mm512_mask_mov_ps(all, 0x00F0, chunk(1));
  all = _mm512_mask_mov_ps(all, 0x0F00, chunk(2));
  return _mm512_mask_mov_ps(all, 0xF000, chunk(3));
}
inline void store_chunks(std::uint8_t* row, std::size_t stride, Words value) {
  store_chunk(row, _mm512_castsi512_si128(value));
  store_chunk(row + 4 * stride, _mm512_extracti32x4_epi32(value, 1));
  store_chunk(row + 8 * stride, _mm512_extracti32x4_epi32(value, 2));
  store_chunk(row + 12 * stride, _mm512_extracti32x4_epi32(value, 3));
}

inline Floats low_pairs(Floats a, Floats b) {
  return _mm512_unpacklo_ps(a, b);
}
inline Floats high_pairs(Floats a, Floats b) {
  return _mm512_unpackhi_ps(a, b);
}
inline Floats low_halves(Floats a, Floats b) {
  return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
}
inline Floats high_halves(Floats a, Floats b) {
  return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
}
inline Words as_words(Floats value) {
  return _mm512_castps_si512(value);
}
inline Floats as_floats(Words value) {
  return _mm512_castsi512_ps(value);
}

#else

constexpr std::size_t lanes = 8;
constexpr int blended_depth_max = 3;  ///< of 4, permuting is as fast: 15 do not fit 16 registers
constexpr int table_bits = 3;
using Floats = __m256;
using Words = __m256i;
using Outcome = __m256;  ///< all bits of a lane set where the reading is above

inline Words zero() {
  return _mm256_setzero_si256();
}
inline Words load(const std::uint32_t* words) {
  return _mm256_load_si256(static_cast<const Words*>(static_cast<const void*>(words)));
}
inline void store(std::uint32_t* words, Words value) {
  _mm256_store_si256(static_cast<Words*>(static_cast<void*>(words)), value);
}
inline Words either(Words left, Words right) {
  return _mm256_or_si256(left, right);
}
inline Words both(Words left, Words right) {
  return _mm256_and_si256(left, right);
}
inline Words everywhere(std::uint32_t word) {
  return _mm256_set1_epi32(static_cast<int>(word));
}
template <int Bits>
Words shifted_left(Words value) {
  return _mm256_slli_epi32(value, Bits);
}
template <int Bits>
Words shifted_right(Words value) {
  return _mm256_srli_epi32(value, Bits);
}
inline Words looked_up(const std::uint8_t* table, Words value) {
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load_chunk(table)), value);
}

inline Floats load_row(const float* row) {
  return _mm256_loadu_ps(row);
}
inline void store_codes(std::uint8_t* row, Words codes) {
  const Chunk shorts =
      _mm_packus_epi32(_mm256_castsi256_si128(codes), _mm256_extracti128_si256(codes, 1));
  _mm_storel_epi64(static_cast<Chunk*>(static_cast<void*>(row)), _mm_packus_epi16(shorts, shorts));
}
inline Floats everywhere(float value) {
  return _mm256_set1_ps(value);
}
inline Outcome above(Floats reading, Floats threshold) {
  return _mm256_cmp_ps(reading, threshold, _CMP_GT_OQ);
}
inline Words with_bit(Words value, Outcome outcome, std::uint32_t bit) {
  return either(value, both(_mm256_castps_si256(outcome), everywhere(bit)));
}
inline Floats chosen(Outcome outcome, Floats if_not, Floats if_so) {
  return _mm256_blendv_ps(if_not, if_so, outcome);
}
template <int Bits>
Floats entry(const float* table, Words index) {
  return _mm256_permutevar8x32_ps(_mm256_load_ps(table), index);
}

inline Floats load_chunks(const float* row, std::size_t stride) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(row)),
                              _mm_loadu_ps(row + 4 * stride), 1);
}
inline void store_chunks(std::uint8_t* row, std::size_t stride, Words value) {
  store_chunk(row, _mm256_castsi256_si128(value));
  store_chunk(row + 4 * stride, _mm256_extracti128_si256(value, 1));
}

inline Floats low_pairs(Floats a, Floats b) {
  return _mm256_unpacklo_ps(a, b);
}
inline Floats high_pairs(Floats a, Floats b) {
  return _mm256_unpackhi_ps(a, b);
}
inline Floats low_halves(Floats a, Floats b) {
  return _mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}
inline Floats high_halves(Floats a, Floats b) {
  return _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}
inline Words as_words(Floats value) {
  return _mm256_castps_si256(value);
}
inline Floats as_floats(Words value) {
  return _mm256_castsi256_ps(value);
}

#endif

/// Transposes the four by four words in each 128-bit chunk.
inline void transpose(Floats (&rows)[4]) {
  const Floats low01 = low_pairs(rows[0], rows[1]);
  const Floats high01 = high_pairs(rows[0], rows[1]);
  const Floats low23 = low_pairs(rows[2], rows[3]);
  const Floats high23 = high_pairs(rows[2], rows[3]);
  rows[0] = low_halves(low01, low23);
  rows[1] = high_halves(low01, low23);
  rows[2] = low_halves(high01, high23);
  rows[3] = high_halves(high01, high23);
}

}  // namespace
}  // namespace terse::quantize::TERSE_KERNEL
