#include "terse/serve/http/worker_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace terse::serve::http {
namespace {

TEST(WorkerThreads, RunWhatTheyWereGivenBeforeTheyEnd) {
  std::atomic<int> ran{0};
  {
    WorkerThreads threads(2);
    for (int i = 0; i < 100; ++i) threads.run([&] { ++ran; });
  }
  EXPECT_EQ(ran, 100);
}

TEST(WorkerThreads, WorkAtTheSameTime) {
  // The threads end first: one that has just kept a promise may still be touching it.
  std::promise<void> first;
  std::promise<void> second;
  std::promise<void> done;
  WorkerThreads threads(2);
  // Neither could end if they took turns.
  threads.run([&] {
    first.set_value();
    second.get_future().wait();
  });
  first.get_future().wait();
  threads.run([&] {
    second.set_value();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace
}  // namespace terse::serve::http
