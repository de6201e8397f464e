// The choice between the variants of a kernel that were compiled per instruction set.
#pragma once

#include "terse/base/cpu.h"

// Picks the variant of `function` for the instruction set in use:
// TERSE_DISPATCH(encode_rows)(arguments...). The variants live in the enclosing room's namespaces
// baseline, avx2 and avx512; TERSE_DISPATCH_FROM(inference, activate) picks from those of another
// room.
#if defined(__x86_64__)
#define TERSE_DISPATCH(function)                                                                 \
  (::terse::base::instruction_set() == ::terse::base::InstructionSet::avx512 ? &avx512::function \
   : ::terse::base::instruction_set() == ::terse::base::InstructionSet::avx2                     \
       ? &avx2::function                                                                         \
       : &baseline::function)
#define TERSE_DISPATCH_FROM(room, function)                                  \
  (::terse::base::instruction_set() == ::terse::base::InstructionSet::avx512 \
       ? &room::avx512::function                                             \
   : ::terse::base::instruction_set() == ::terse::base::InstructionSet::avx2 \
       ? &room::avx2::function                                               \
       : &room::baseline::function)
#else
#define TERSE_DISPATCH(function) (&baseline::function)
#define TERSE_DISPATCH_FROM(room, function) (&room::baseline::function)
#endif
