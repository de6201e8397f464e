#include "terse/base/cpu.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "terse/base/error.h"
#include "terse/simd/dispatch.h"

namespace terse::base {
namespace {

namespace baseline {
InstructionSet running() {
  return InstructionSet::baseline;
}
}  // namespace baseline
namespace avx2 {
[[maybe_unused]] InstructionSet running() {
  return InstructionSet::avx2;
}
}  // namespace avx2
namespace avx512 {
[[maybe_unused]] InstructionSet running() {
  return InstructionSet::avx512;
}
}  // namespace avx512

TEST(Cpu, BaselineIsAlwaysSupportedAndFirst) {
  ASSERT_FALSE(supported_instruction_sets().empty());
  EXPECT_EQ(supported_instruction_sets().front(), InstructionSet::baseline);
}

TEST(Cpu, TheForcedSetIsTheOneThatRuns) {
  const InstructionSet before = instruction_set();
  for (const InstructionSet set : supported_instruction_sets()) {
    force_instruction_set(set);
    EXPECT_EQ(instruction_set(), set);
    EXPECT_EQ(TERSE_DISPATCH(running)(), set);
  }
  force_instruction_set(before);
}

// Each in a process of its own: the choice is made once.
TEST(CpuDeathTest, TheEnvironmentChooses) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  for (const InstructionSet set : supported_instruction_sets()) {
    EXPECT_EXIT(
        {
          setenv("TERSE_SIMD", std::string(name(set)).c_str(), 1);
          std::exit(instruction_set() == set ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
  }
  EXPECT_EXIT(
      {
        setenv("TERSE_SIMD", "quantum", 1);
        try {
          instruction_set();
        } catch (const InputError& error) {
          std::exit(error.source() == "TERSE_SIMD" ? 3 : 1);
        }
      },
      testing::ExitedWithCode(3), "");
}

}  // namespace
}  // namespace terse::base
