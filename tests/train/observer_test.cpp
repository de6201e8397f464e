#include "terse/train/observer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace terse::train {
namespace {

TEST(Observer, GoesOnUnlessAsked) {
  EXPECT_NO_THROW(stop_if_asked(nullptr));
  const std::atomic<bool> stop = false;
  EXPECT_NO_THROW(stop_if_asked(&stop));
  EXPECT_NO_THROW(stop_if_asked(Observer{}.stop));
}

TEST(Observer, IsToldThePurpose) {
  std::vector<std::string> heard;
  const std::atomic<bool> stop = false;
  const Observer asked{[&](const Progress& progress) { heard.emplace_back(progress.purpose); },
                       &stop};
  const Observer own = with_purpose(asked, "to choose");
  own.on_step(Progress{});
  asked.on_step(Progress{});
  EXPECT_EQ(heard, (std::vector<std::string>{"to choose", ""}));
  EXPECT_EQ(own.stop, &stop);
  EXPECT_FALSE(with_purpose({}, "to choose").on_step);
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
