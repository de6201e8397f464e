// The scope that a thread needs around calls of oneDNN: no OpenMP threads of its own, and no signal
// handlers. The kernels for AVX-512 use the stack pointer as one more data register, so a handler
// that runs on such a thread writes its frame into the heap (docs/decisions/0005).
#pragma once

#include <signal.h>

namespace terse::inference {

/// While it lives, products run on the calling thread alone, and signals to it wait, except those
/// that its own instructions raise. Both are as before afterwards.
class ProductScope {
 public:
  ProductScope();
  ~ProductScope();
  ProductScope(const ProductScope&) = delete;
  ProductScope& operator=(const ProductScope&) = delete;

 private:
  int threads_before_;
  sigset_t signals_before_;
};

}  // namespace terse::inference
