#include "terse/study/journal.h"

#include <gtest/gtest.h>

#include <fstream>

#include "data/temporary_folder.h"
#include "terse/base/error.h"

namespace terse::study {
namespace {

Trial trial(unsigned seed) {
  Trial result;
  result.data_hash = "d0";
  result.options.seed = seed;
  return result;
}

TrialResult result(double mse) {
  TrialResult result;
  result.metrics = {{"mse", mse}, {"r2", 1 - mse}};
  result.payload_bits = 30;
  result.payload_bytes = 4;
  result.compression = 32.0 / 3;
  result.train_seconds = 1.5;
  result.thresholds = {{0.1, 0.2}, {}};
  return result;
}

void overwrite(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

TEST(Journal, WhatIsStoredIsFoundAgain) {
  const TemporaryFolder folder;
  const Journal journal(folder.path() / "study");
  EXPECT_FALSE(journal.find(trial(1)));
  journal.store(trial(1), result(0.25));
  const auto found = Journal(folder.path() / "study").find(trial(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->metrics, result(0.25).metrics);
  EXPECT_EQ(found->thresholds, result(0.25).thresholds);
  EXPECT_DOUBLE_EQ(found->compression, 32.0 / 3);
  EXPECT_DOUBLE_EQ(found->train_seconds, 1.5);
  EXPECT_FALSE(journal.find(trial(2)));
}

TEST(Journal, AFailedTrialKeepsItsReason) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  TrialResult failed;
  failed.error = "training diverged";
  journal.store(trial(1), failed);
  EXPECT_EQ(journal.find(trial(1))->error, "training diverged");
}

TEST(Journal, DamagedFilesAreNamed) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  journal.store(trial(1), result(0.25));
  const std::string good = write_result(canonical_json(trial(1)), result(0.25));
  const auto path = journal.path_of(trial_hash(trial(1)));
  for (const std::string& text :
       {std::string(), good.substr(0, good.size() / 2), std::string("[]"), std::string("{}"),
        write_result(canonical_json(trial(2)), result(0.25))}) {
    overwrite(path, text);
    try {
      journal.find(trial(1));
      ADD_FAILURE() << "accepted: " << text;
    } catch (const base::InputError& error) {
      EXPECT_EQ(error.source(), path.string());
    }
    EXPECT_THROW(merge_results(folder.path(), Journal(folder.path() / "other")), base::InputError);
  }
}

TEST(Journal, MergingCopiesOnceAndReportsWhatDiffers) {
  const TemporaryFolder folder;
  const Journal first(folder.path() / "first");
  const Journal second(folder.path() / "second");
  const Journal all(folder.path() / "all");
  first.store(trial(1), result(0.1));
  first.store(trial(2), result(0.2));
  second.store(trial(2), result(0.2));
  second.store(trial(3), result(0.3));
  EXPECT_EQ(merge_results(first.folder(), all).copied, 2U);
  const Merged merged = merge_results(second.folder(), all);
  EXPECT_EQ(merged.copied, 1U);
  EXPECT_EQ(merged.known, 1U);
  EXPECT_TRUE(merged.notes.empty());
  EXPECT_DOUBLE_EQ(all.find(trial(3))->loss(), 0.3);

  second.store(trial(2), result(0.4));
  EXPECT_EQ(merge_results(second.folder(), all).notes.size(), 1U);
  EXPECT_DOUBLE_EQ(all.find(trial(2))->loss(), 0.2);
}

TEST(Journal, WhatIsNoStudyIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THROW(merge_results(folder.path(), Journal(folder.path() / "all")), base::InputError);
}

}  // namespace
}  // namespace terse::study
