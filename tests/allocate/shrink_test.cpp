#include "terse/allocate/shrink.h"

#include <gtest/gtest.h>

#include "allocate/example_table.h"
#include "terse/base/error.h"

namespace terse::allocate {
namespace {

// Two members with thresholds of their own keep the same number of levels, and special levels keep
// count of what they stand for.
std::vector<Member> two_members() {
  std::vector<Member> members(2);
  for (std::size_t m = 0; m < 2; ++m) {
    Member& member = members[m];
    member.table = example_special_table();
    if (m == 1) {
      for (float& value : member.table.rows.values()) value *= -1.5F;
    }
    member.inputs = example_special_inputs(400);
    member.measured = example_special_inputs(200);
    for (std::size_t r = 0; r < 400; ++r) member.targets.push_back(member.inputs(r, 1) / 64.0F);
    member.measured_targets.assign(member.targets.begin(), member.targets.begin() + 200);
    member.special = {{0}, {0, 1, 2, 3}};
  }
  return members;
}

class Shrink : public testing::TestWithParam<Policy> {};

TEST_P(Shrink, InStep) {
  std::vector<Member> members = two_members();
  train::Options training;
  training.hidden = {4};
  training.epochs = 1;
  std::uint64_t round = 0;
  const ShrinkOptions options{.policy = GetParam(), .epochs = 1};
  shrink(members, 3.2, {}, training, options, round);
  EXPECT_GE(round, 1U);
  EXPECT_LE(information_bits(members[0].table.levels()), 3.2);
  EXPECT_EQ(members[0].table.levels(), members[1].table.levels());
  for (const Member& member : members) {
    EXPECT_EQ(member.inputs.columns(), 2 + member.table.special_levels());
    EXPECT_EQ(member.measured.columns(), member.inputs.columns());
    for (std::size_t f = 0; f < 2; ++f) {
      for (const std::size_t level : member.special[f]) {
        EXPECT_LT(level, member.table.shapes[f].special);
      }
      EXPECT_EQ(member.special[f].empty(), member.table.levels(f) == 1);
    }
  }
  const std::uint64_t before = round;
  shrink(members, 3.2, {}, training, options, round);
  EXPECT_EQ(round, before);
}

INSTANTIATE_TEST_SUITE_P(Policies, Shrink,
                         testing::Values(Policy::pruning, Policy::sensitivity, Policy::exact));

TEST(ShrinkOnce, TakesOneRound) {
  for (const Policy policy : {Policy::sensitivity, Policy::exact}) {
    std::vector<Member> members = two_members();
    train::Options training;
    training.hidden = {4};
    training.epochs = 1;
    std::uint64_t round = 0;
    shrink(members, 0.5, {}, training, {.policy = policy, .epochs = 1}, round);
    EXPECT_EQ(round, 1U);
  }
}

TEST(ShrinkUnderALasso, EndsWithinTheBudget) {
  std::vector<Member> members(2);
  for (Member& member : members) {
    member.table = level_table(example_parameters());
    member.inputs = example_inputs(300);
    for (std::size_t r = 0; r < 300; ++r) member.targets.push_back(member.inputs(r, 2));
    member.measured = member.inputs;
    member.measured_targets = member.targets;
    member.special.resize(3);
  }
  train::Options training;
  training.hidden = {4, 3};
  training.epochs = 1;
  std::uint64_t round = 0;
  shrink(members, 1.2, {}, training, {.policy = Policy::lasso, .epochs = 2}, round);
  EXPECT_LE(information_bits(members[0].table.levels()), 1.2);
  EXPECT_EQ(members[0].table.levels(), members[1].table.levels());
}

TEST(ShrinkUnderALasso, IsForNumbersAlone) {
  std::vector<Member> members = two_members();
  train::Options training;
  training.hidden = {4};
  std::uint64_t round = 0;
  EXPECT_THROW(shrink(members, 3.2, {}, training, {.policy = Policy::lasso}, round),
               base::InputError);
}

}  // namespace
}  // namespace terse::allocate
