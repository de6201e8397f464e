#include "terse/reproduce/target.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"

namespace terse::reproduce {
namespace {

using quantize::Method;

TEST(Target, TablesNeedTheirMethods) {
  const Needs main = needs_of({"table9"});
  EXPECT_EQ(main.methods.size(), 7U);
  EXPECT_TRUE(main.methods.contains(Method::llt9));
  EXPECT_FALSE(main.methods.contains(Method::sq));
  EXPECT_EQ(main.bits.size(), 7U);
  const Needs ablation = needs_of({"table11"});
  EXPECT_EQ(ablation.methods,
            (std::set<Method>{Method::sq, Method::bw_mq, Method::bw_qq, Method::bw_sq}));
  EXPECT_EQ(needs_of({"figure7"}).bits, (std::set<unsigned>{3}));
  EXPECT_TRUE(needs_of({"table6"}).wine_schedules);
  EXPECT_FALSE(needs_of({"table6"}).superconduct_schedules);
  EXPECT_TRUE(needs_of({"table3"}).device);
  EXPECT_TRUE(needs_of({"table3"}).methods.empty());
}

TEST(Target, AllIsTheUnion) {
  const Needs all = needs_of({"all"});
  EXPECT_EQ(all.methods.size(), 10U);
  EXPECT_TRUE(all.wine_schedules && all.superconduct_schedules && all.device);
  const Needs both = needs_of({"figure6", "figure12"});
  EXPECT_EQ(both.bits, (std::set<unsigned>{2, 8}));
  for (const std::string& name : target_names()) EXPECT_NO_THROW(needs_of({name})) << name;
}

TEST(Target, RefusesOtherNames) {
  for (const char* name : {"table1", "figure13", "", "Table9"}) {
    EXPECT_THROW(needs_of({"table9", name}), base::InputError) << name;
  }
}

}  // namespace
}  // namespace terse::reproduce
