#include "terse/compress/finish.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "compress/examples.h"
#include "terse/compress/outputs.h"
#include "terse/compress/weight_rounding.h"

namespace terse::compress {
namespace {

double mean_loss(const FloatNetwork& network, const Widths& widths,
                 std::span<const float> activations, const CodedRows& rows) {
  return loss_of(outputs(network, widths, activations, rows), rows);
}

TEST(Finish, UnseenRowsAreSharedOut) {
  std::vector<std::uint32_t> rows(101);
  std::iota(rows.begin(), rows.end(), 500U);
  const UnseenRows both = shared_out(rows, true, 3);
  EXPECT_EQ(both.judging.size(), 50U);
  EXPECT_EQ(both.choosing.size(), 51U);
  std::set<std::uint32_t> all(both.judging.begin(), both.judging.end());
  all.insert(both.choosing.begin(), both.choosing.end());
  EXPECT_EQ(all, std::set<std::uint32_t>(rows.begin(), rows.end()));
  EXPECT_EQ(shared_out(rows, true, 3).judging, both.judging);
  EXPECT_NE(shared_out(rows, true, 4).judging, both.judging);

  const UnseenRows one = shared_out(rows, false, 3);
  EXPECT_EQ(one.judging, rows);
  EXPECT_TRUE(one.choosing.empty());

  const UnseenRows none = shared_out(std::span(rows).first(19), true, 3);
  EXPECT_TRUE(none.judging.empty() && none.choosing.empty());
}

TEST(Finish, ComparesWithTheGivenNetworkRowByRow) {
  const Example made = example();
  const FloatNetwork given = made.network();
  const CodedRows judging = coded_rows(made.model, made.table, made.unseen);
  const Widths widths(3, 4);
  const Finished finished = finish(given, std::vector<Widths>{widths}, made.coded(), {}, judging,
                                   0.05, {.epochs = 3, .learning_rate = 1e-3});
  EXPECT_EQ(finished.widths, widths);
  EXPECT_EQ(finished.comparison.pairs, judging.rows());
  const double before = mean_loss(given, Widths(3, float_bits), {}, judging);
  const double after = mean_loss(finished.network, widths, finished.activation_scales, judging);
  EXPECT_NEAR(finished.comparison.reference, before, 1e-9);
  EXPECT_NEAR(finished.comparison.candidate, after, 1e-9);
  EXPECT_NEAR(finished.comparison.margin, 0.05 * before, 1e-9);
}

// A training that spoils the network is not the only way to finish.
TEST(Finish, ATrainingThatSpoilsIsLeftOut) {
  const Example made = example();
  const FloatNetwork given = made.network();
  const CodedRows unseen = coded_rows(made.model, made.table, made.unseen);
  const FineTuning spoiling{.epochs = 3, .learning_rate = 0.5, .batch_rows = 32};
  const double before = mean_loss(given, Widths(3, float_bits), {}, unseen);
  const Finished without_choice =
      finish(given, std::vector<Widths>{Widths(3, 8)}, made.coded(), {}, unseen, 0.02, spoiling);
  EXPECT_GT(without_choice.comparison.candidate, 1.5 * before);
  const Finished with_choice = finish(given, std::vector<Widths>{Widths(3, 8)}, made.coded(),
                                      unseen, unseen, 0.02, spoiling);
  EXPECT_LT(with_choice.comparison.candidate, 1.02 * before);
}

TEST(Finish, MoreBitsAreTakenWhereFewerLoseTooMuch) {
  const Example made = example();
  const FloatNetwork given = made.network();
  const CodedRows unseen = coded_rows(made.model, made.table, made.unseen);
  const std::vector<Widths> widths = {Widths(3, 2), Widths(3, 8), Widths(3, 6)};
  const FineTuning brief{.epochs = 1, .learning_rate = 1e-5};
  EXPECT_EQ(finish(given, widths, made.coded(), unseen, unseen, 0.02, brief).widths, widths[1]);
  EXPECT_EQ(finish(given, widths, made.coded(), unseen, unseen, 100.0, brief).widths, widths[0]);
}

}  // namespace
}  // namespace terse::compress
