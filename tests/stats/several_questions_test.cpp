#include "terse/stats/several_questions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "terse/base/random.h"

namespace terse::stats {
namespace {

using Values = std::vector<double>;

// Holm (1979) by hand: 0.01 * 4, 0.02 * 3, then what came before.
TEST(SeveralQuestions, HolmByHand) {
  const Values adjusted = holm(Values{0.04, 0.01, 0.5, 0.02});
  EXPECT_NEAR(adjusted[1], 0.04, 1e-15);
  EXPECT_NEAR(adjusted[3], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[0], 0.08, 1e-15);
  EXPECT_NEAR(adjusted[2], 0.5, 1e-15);
  EXPECT_EQ(holm(Values{0.03, 0.02})[0], 0.04);  // never below a smaller one
  EXPECT_EQ(holm(Values{0.9, 0.8})[1], 1);
  EXPECT_TRUE(holm({}).empty());
}

struct Data {
  std::vector<Values> candidates, references;

  std::vector<Question> questions(const Margin& margin) const {
    std::vector<Question> result;
    for (std::size_t q = 0; q < candidates.size(); ++q) {
      result.push_back({{candidates[q], references[q]}, margin});
    }
    return result;
  }
};

Data drawn(base::Random& random, const Values& ratios) {
  Data data;
  for (const double ratio : ratios) {
    Values candidate, reference;
    for (int i = 0; i < 10; ++i) {
      reference.push_back(1 + 0.05 * random.normal());
      candidate.push_back(ratio * (1 + 0.05 * random.normal()));
    }
    data.candidates.push_back(candidate);
    data.references.push_back(reference);
  }
  return data;
}

TEST(SeveralQuestions, OneQuestionIsAnsweredAsAlone) {
  base::Random random(1);
  for (int round = 0; round < 100; ++round) {
    const Data data = drawn(random, {1.03});
    const auto questions = data.questions({0.05, 0});
    const Comparison alone = compare(questions[0].losses, questions[0].margin);
    const Comparison together = compare_all(questions)[0];
    EXPECT_EQ(together.verdict, alone.verdict);
    EXPECT_EQ(together.excess.upper, alone.excess.upper);
  }
  EXPECT_TRUE(compare_all({}).empty());
}

TEST(SeveralQuestions, BoundsWidenWithTheirNumber) {
  base::Random random(2);
  const Data data = drawn(random, {1, 1, 1, 1});
  const auto questions = data.questions({0.05, 0});
  const auto together = compare_all(questions);
  const Comparison alone = compare(questions[0].losses, questions[0].margin, {}, 0.05 / 4);
  EXPECT_EQ(together[0].excess.upper, alone.excess.upper);
  EXPECT_EQ(together[0].error, 0.05 / 4);
}

// Six candidates exactly on the margin: any claim in their favour is false. One at a time, a
// quarter of the families has one.
TEST(SeveralQuestions, OneFalseClaimAmongAllIsAsRareAsPromised) {
  base::Random random(3);
  constexpr int rounds = 1000;
  int together = 0;
  int alone = 0;
  for (int round = 0; round < rounds; ++round) {
    const Data data = drawn(random, Values(6, 1.05));
    const auto questions = data.questions({0.05, 0});
    bool any = false;
    for (const Comparison& answer : compare_all(questions)) any = any || as_good(answer.verdict);
    together += any ? 1 : 0;
    any = false;
    for (const Question& question : questions) {
      any = any || as_good(compare(question.losses, question.margin).verdict);
    }
    alone += any ? 1 : 0;
  }
  EXPECT_LE(double(together) / rounds, 0.05 + 3 * 0.0069);
  EXPECT_GE(double(alone) / rounds, 0.15);
}

TEST(SeveralQuestions, ClearAnswersStay) {
  base::Random random(4);
  const Data data = drawn(random, {0.5, 1.0, 2.0});
  const auto answers = compare_all(data.questions({0.3, 0}));
  EXPECT_EQ(answers[0].verdict, Verdict::better);
  EXPECT_EQ(answers[1].verdict, Verdict::non_inferior);
  EXPECT_EQ(answers[2].verdict, Verdict::inferior);
}

}  // namespace
}  // namespace terse::stats
