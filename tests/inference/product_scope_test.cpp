#include "terse/inference/product_scope.h"

#include <gtest/gtest.h>

extern "C" {
int omp_get_max_threads();
void omp_set_num_threads(int);
}

namespace terse::inference {
namespace {

sigset_t held_now() {
  sigset_t held;
  pthread_sigmask(SIG_SETMASK, nullptr, &held);
  return held;
}

volatile sig_atomic_t handled = 0;

TEST(ProductScope, HoldsSignalsAndGivesThemBack) {
  struct sigaction action = {};
  struct sigaction before = {};
  action.sa_handler = [](int) { handled = handled + 1; };
  sigaction(SIGUSR1, &action, &before);
  {
    const ProductScope scope;
    raise(SIGUSR1);
    EXPECT_EQ(handled, 0);
  }
  EXPECT_EQ(handled, 1);
  sigaction(SIGUSR1, &before, nullptr);
}

TEST(ProductScope, LeavesWhatTheThreadRaisesItself) {
  const ProductScope scope;
  const sigset_t held = held_now();
  EXPECT_EQ(sigismember(&held, SIGINT), 1);
  EXPECT_EQ(sigismember(&held, SIGPROF), 1);
  EXPECT_EQ(sigismember(&held, SIGSEGV), 0);
  EXPECT_EQ(sigismember(&held, SIGABRT), 0);
}

TEST(ProductScope, KeepsWhatWasHeldBefore) {
  sigset_t own;
  sigemptyset(&own);
  sigaddset(&own, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &own, nullptr);
  { const ProductScope scope; }
  const sigset_t held = held_now();
  EXPECT_EQ(sigismember(&held, SIGUSR2), 1);
  EXPECT_EQ(sigismember(&held, SIGINT), 0);
  pthread_sigmask(SIG_UNBLOCK, &own, nullptr);
}

TEST(ProductScope, HasOneThreadAndGivesTheOthersBack) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(3);
  {
    const ProductScope scope;
    EXPECT_EQ(omp_get_max_threads(), 1);
  }
  EXPECT_EQ(omp_get_max_threads(), 3);
  omp_set_num_threads(before);
}

}  // namespace
}  // namespace terse::inference
