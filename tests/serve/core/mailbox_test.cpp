#include "terse/serve/core/mailbox.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <memory>
#include <thread>

namespace terse::serve::core {
namespace {

/// How often it was called since.
eventfd_t calls(const Wakeup& wakeup) {
  eventfd_t count = 0;
  return eventfd_read(wakeup.descriptor(), &count) == 0 ? count : 0;
}

TEST(Mailbox, CallsOnceForAllThatWait) {
  const auto wakeup = std::make_shared<Wakeup>();
  Mailbox<std::unique_ptr<int>> mailbox(wakeup);
  EXPECT_TRUE(mailbox.take().empty());
  mailbox.leave(std::make_unique<int>(1));
  mailbox.leave(std::make_unique<int>(2));
  EXPECT_EQ(calls(*wakeup), 1U);
  mailbox.leave(std::make_unique<int>(3));
  EXPECT_EQ(calls(*wakeup), 0U);
  const auto taken = mailbox.take();
  ASSERT_EQ(taken.size(), 3U);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*taken[static_cast<std::size_t>(i)], i + 1);
  mailbox.leave(std::make_unique<int>(4));
  EXPECT_EQ(calls(*wakeup), 1U);
  EXPECT_EQ(mailbox.take().size(), 1U);
}

TEST(Mailbox, NothingIsLostBetweenThreads) {
  const auto wakeup = std::make_shared<Wakeup>();
  const auto mailbox = std::make_shared<Mailbox<int>>(wakeup);
  constexpr int letters = 20'000;
  std::thread writer([mailbox] {
    for (int i = 0; i < letters; ++i) mailbox->leave(i);
  });
  int next = 0;
  while (next < letters) {
    pollfd waiting = {wakeup->descriptor(), POLLIN, 0};
    ASSERT_EQ(poll(&waiting, 1, 20'000), 1) << next;
    wakeup->clear();
    for (const int letter : mailbox->take()) EXPECT_EQ(letter, next++);
  }
  writer.join();
}

}  // namespace
}  // namespace terse::serve::core
