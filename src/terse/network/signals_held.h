// Keeps signal handlers away from threads inside oneDNN. Its kernels for AVX-512 use the stack pointer as one more data
// register, so a handler that runs on such a thread writes its frame into the heap (docs/decisions/0005).
#pragma once

#include <signal.h>

namespace terse::network {

/// While it lives, signals to this thread wait, except those that the thread's own instructions raise.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t held;
    sigfillset(&held);
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&held, own);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

}  // namespace terse::network
