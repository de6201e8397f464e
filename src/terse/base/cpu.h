// The instruction set that the kernels run with. Every kernel source is compiled once per set in a
// namespace of that name and the choice is made once, at the first call, never in a static
// initialiser.
#pragma once

#include <string_view>
#include <vector>

namespace terse::base {

enum class InstructionSet { baseline, avx2, avx512 };

/// The set in use: the best one this processor has, or the one named by the environment variable
/// TERSE_SIMD (baseline, avx2, avx512). Throws InputError for another name or for a set the
/// processor lacks.
InstructionSet instruction_set();

/// Forces a set from now on (tests, benchmarks). Throws InputError if the processor lacks it.
void force_instruction_set(InstructionSet set);

/// The sets this processor can run and this build contains, baseline first.
std::vector<InstructionSet> supported_instruction_sets();

/// As TERSE_SIMD names it.
std::string_view name(InstructionSet set);

}  // namespace terse::base
