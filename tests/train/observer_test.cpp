#include "terse/train/observer.h"

#include <gtest/gtest.h>

#include <string>

namespace terse::train {
namespace {

TEST(Observer, GoesOnUnlessAsked) {
  EXPECT_NO_THROW(stop_if_asked(nullptr));
  const std::atomic<bool> stop = false;
  EXPECT_NO_THROW(stop_if_asked(&stop));
  EXPECT_NO_THROW(stop_if_asked(Observer{}.stop));
}

TEST(Observer, AStopIsAFailedJobThatWroteNothing) {
  const std::atomic<bool> stop = true;
  EXPECT_THROW(stop_if_asked(&stop), Interrupted);
  try {
    stop_if_asked(&stop);
    ADD_FAILURE() << "went on";
  } catch (const base::JobError& error) {
    EXPECT_STREQ(error.what(), "interrupted, nothing was written");
  }
}

}  // namespace
}  // namespace terse::train
