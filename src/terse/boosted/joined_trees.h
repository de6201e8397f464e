// One decoder out of the trees of several targets.
#pragma once

#include <span>

#include "terse/model/decoder/trees.h"

namespace terse::boosted {

/// The trees of several targets as those of one decoder, whose outputs are those of the first, then
/// of the second, and so on. Where one has fewer trees for each output than another, a tree of a
/// single leaf of 0 stands for each that it lacks. One target: its trees. Not empty.
model::decoder::Trees joined(std::span<const model::decoder::Trees> targets);

}  // namespace terse::boosted
