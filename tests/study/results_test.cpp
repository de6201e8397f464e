#include "terse/study/results.h"

#include <gtest/gtest.h>

#include "data/temporary_folder.h"

namespace terse::study {
namespace {

TEST(Results, SeesWhatOthersWriteAndKeepsWhatItHasSeen) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  Results results(journal);
  Trial trial;
  trial.data_hash = "d0";
  EXPECT_FALSE(results.find(trial));
  TrialResult result;
  result.metrics = {{"mse", 0.5}};
  journal.store(trial, result);
  EXPECT_DOUBLE_EQ(results.find(trial)->loss(), 0.5);
  std::filesystem::remove(journal.path_of(trial_hash(trial)));
  EXPECT_DOUBLE_EQ(results.find(trial)->loss(), 0.5);
}

TEST(Results, StoringReachesTheDisk) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  Trial trial;
  TrialResult result;
  result.metrics = {{"mse", 0.25}};
  Results(journal).store(trial, result);
  EXPECT_DOUBLE_EQ(journal.find(trial)->loss(), 0.25);
}

}  // namespace
}  // namespace terse::study
