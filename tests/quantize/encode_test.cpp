#include "terse/quantize/encode.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "terse/base/cpu.h"
#include "terse/base/random.h"

namespace terse::quantize {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

/// Restores the instruction set that was chosen before the test.
class EncodeTest : public ::testing::Test {
 protected:
  void TearDown() override { base::force_instruction_set(before_); }
  const base::InstructionSet before_ = base::instruction_set();
};

Thresholds random_thresholds(base::Random& random, const std::vector<std::size_t>& counts) {
  Thresholds thresholds;
  for (const std::size_t count : counts) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(random.normal());
    thresholds.add_feature(values);  // in any order
  }
  return thresholds;
}

/// A reading worth trying: anywhere, on a threshold, one float beside it, or a special value.
float hard_reading(base::Random& random, std::span<const float> thresholds) {
  static const float special[] = {not_a_number, infinity, -infinity, 0.0F, -0.0F, 1e-45F};
  const std::uint64_t kind = random.below(8);
  if (kind == 0) return special[random.below(std::size(special))];
  if (kind <= 2 || thresholds.empty()) return static_cast<float>(2 * random.normal());
  const float threshold = thresholds[random.below(thresholds.size())];
  if (kind <= 4) return threshold;
  return std::nextafter(threshold, kind == 5 ? infinity : -infinity);
}

/// Encodes rows x F hard readings with every instruction set and compares with counting.
void check_all_sets(base::Random& random, const Thresholds& thresholds, std::size_t rows,
                    std::size_t stride) {
  const std::size_t features = thresholds.features();
  std::vector<float> readings(rows * stride, not_a_number);
  std::vector<Code> expected(rows * features);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t feature = 0; feature < features; ++feature) {
      float& reading = readings[row * stride + feature];
      reading = hard_reading(random, thresholds.of(feature));
      expected[row * features + feature] = code_of(reading, thresholds.of(feature));
    }
  }
  const Encoder encoder(thresholds);
  for (const base::InstructionSet set : base::supported_instruction_sets()) {
    base::force_instruction_set(set);
    std::vector<Code> codes(rows * features + 64, 0xEE);
    encoder.encode({readings.data(), rows, features, stride},
                   std::span(codes).first(rows * features));
    for (std::size_t index = 0; index < expected.size(); ++index) {
      ASSERT_EQ(codes[index], expected[index])
          << name(set) << ", " << rows << " x " << features << ", row " << index / features
          << ", feature " << index % features << ", reading "
          << readings[index / features * stride + index % features];
    }
    const auto beyond = codes.begin() + static_cast<std::ptrdiff_t>(expected.size());
    ASSERT_EQ(std::count(beyond, codes.end(), 0xEE), 64) << name(set) << " wrote beyond the end";
  }
}

TEST_F(EncodeTest, CountsThresholdsStrictlyBelow) {
  Thresholds thresholds;
  thresholds.add_feature(std::vector<float>{3.0F, 1.0F, 2.0F});
  const std::vector<float> readings = {0.5F, 1.0F, 1.5F, 2.0F, 2.5F, 3.0F, 3.5F, not_a_number};
  for (const base::InstructionSet set : base::supported_instruction_sets()) {
    base::force_instruction_set(set);
    std::vector<Code> codes(readings.size());
    Encoder(thresholds).encode({readings.data(), readings.size(), 1}, codes);
    EXPECT_EQ(codes, (std::vector<Code>{0, 0, 1, 1, 2, 2, 3, 0})) << name(set);
  }
}

TEST_F(EncodeTest, EveryBitWidthEqualsCounting) {
  base::Random random(1);
  for (std::size_t bits = 0; bits <= 8; ++bits) {
    for (const std::size_t rows : {7, 133}) {
      const std::vector<std::size_t> counts(21, (std::size_t{1} << bits) - 1);
      check_all_sets(random, random_thresholds(random, counts), rows, 21);
    }
  }
}

TEST_F(EncodeTest, EverySizeAroundLaneCounts) {
  base::Random random(2);
  for (const std::size_t features : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 19, 31, 32, 33, 81}) {
    const std::vector<std::size_t> counts(features, 15);
    const Thresholds thresholds = random_thresholds(random, counts);
    for (const std::size_t rows :
         {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 79, 127, 128, 129}) {
      check_all_sets(random, thresholds, rows, features);
    }
  }
}

TEST_F(EncodeTest, RaggedCountsAndWideStrides) {
  base::Random random(3);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::size_t> counts(1 + random.below(40));
    const std::uint64_t most = round % 2 == 0 ? 16 : 256;
    for (std::size_t& count : counts) count = random.below(4) == 0 ? 0 : random.below(most);
    const std::size_t stride = counts.size() + random.below(5);
    check_all_sets(random, random_thresholds(random, counts), random.below(200), stride);
  }
}

TEST_F(EncodeTest, EqualAndInfiniteThresholds) {
  base::Random random(4);
  Thresholds thresholds;
  thresholds.add_feature(std::vector<float>(15, 1.5F));
  thresholds.add_feature(std::vector<float>{infinity, -infinity, 0.0F, -0.0F, 0.0F});
  thresholds.add_feature(std::vector<float>(255, -infinity));
  thresholds.add_feature(std::vector<float>{std::numeric_limits<float>::max(), 1e-45F, -1e-45F});
  thresholds.add_feature(std::vector<float>{});
  check_all_sets(random, thresholds, 500, 5);
}

/// Readings and codes that end exactly where the memory does.
TEST_F(EncodeTest, TouchesNothingBeyondTheLastReading) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t mapped = 16 * page;
  const auto guarded = [&] {
    void* start =
        mmap(nullptr, mapped + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(start, MAP_FAILED);
    EXPECT_EQ(mprotect(static_cast<char*>(start) + mapped, page, PROT_NONE), 0);
    return static_cast<char*>(start) + mapped;
  };
  char* const readings_end = guarded();
  char* const codes_end = guarded();
  base::Random random(5);
  for (const std::size_t features : {1, 3, 4, 6, 16, 21, 81}) {
    const std::vector<std::size_t> counts(features, 7);
    const Thresholds thresholds = random_thresholds(random, counts);
    const Encoder encoder(thresholds);
    for (const std::size_t rows : {1, 5, 8, 16, 17, 64, 100}) {
      const std::size_t values = rows * features;
      std::vector<float> source(values);
      for (float& value : source) value = static_cast<float>(random.normal());
      char* const readings = readings_end - values * sizeof(float);
      std::memcpy(readings, source.data(), values * sizeof(float));
      Code* const codes = reinterpret_cast<Code*>(codes_end) - values;
      for (const base::InstructionSet set : base::supported_instruction_sets()) {
        base::force_instruction_set(set);
        encoder.encode({static_cast<const float*>(static_cast<void*>(readings)), rows, features},
                       {codes, values});
        for (std::size_t index = 0; index < values; ++index) {
          ASSERT_EQ(codes[index], code_of(source[index], thresholds.of(index % features)));
        }
      }
    }
  }
  munmap(readings_end - mapped, mapped + page);
  munmap(codes_end - mapped, mapped + page);
}

TEST_F(EncodeTest, UnalignedCodesAndMovedEncoder) {
  base::Random random(6);
  const Thresholds thresholds = random_thresholds(random, std::vector<std::size_t>(20, 3));
  Encoder first(thresholds);
  const Encoder encoder(std::move(first));
  std::vector<float> readings(40 * 20 + 1);
  for (float& value : readings) value = static_cast<float>(random.normal());
  std::vector<Code> codes(40 * 20 + 1);
  encoder.encode({readings.data() + 1, 40, 20}, std::span(codes).subspan(1));
  for (std::size_t index = 0; index < 40 * 20; ++index) {
    ASSERT_EQ(codes[index + 1], code_of(readings[index + 1], thresholds.of(index % 20)));
  }
}

TEST_F(EncodeTest, RefusesMisshapenCalls) {
  const Thresholds thresholds = [] {
    Thresholds result;
    result.add_feature(std::vector<float>{1.0F});
    return result;
  }();
  const Encoder encoder(thresholds);
  std::vector<float> readings(2);
  std::vector<Code> codes(1);
  EXPECT_DEATH(encoder.encode({readings.data(), 1, 2}, codes), "columns");
  EXPECT_DEATH(encoder.encode({readings.data(), 2, 1}, codes), "codes.size");
  Thresholds broken = thresholds;
  broken.values[0] = not_a_number;
  EXPECT_DEATH(Encoder{broken}, "isnan");
}

}  // namespace
}  // namespace terse::quantize
