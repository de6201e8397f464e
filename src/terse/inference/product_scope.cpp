#include "terse/inference/product_scope.h"

#include <initializer_list>

// Declared here and not through <omp.h>: the library is the one oneDNN was built with, whatever the
// compiler brings.
extern "C" {
int omp_get_max_threads();
void omp_set_num_threads(int);
}

namespace terse::inference {

ProductScope::ProductScope() : threads_before_(omp_get_max_threads()) {
  omp_set_num_threads(1);
  sigset_t held;
  sigfillset(&held);
  for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&held, own);
  pthread_sigmask(SIG_BLOCK, &held, &signals_before_);
}

ProductScope::~ProductScope() {
  pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr);
  omp_set_num_threads(threads_before_);
}

}  // namespace terse::inference
