// DTLS's part of /metrics: handshakes.
#pragma once

#include "terse/serve/core/metrics.h"

namespace terse::serve::dtls {

/// Registers its family. Copies count into the same one. Safe from any thread.
class DtlsCounters {
 public:
  /// metrics must outlive it.
  explicit DtlsCounters(core::Metrics& metrics);

  /// A peer was accepted, or refused for its key or certificate.
  void count_handshake(bool accepted) noexcept { (accepted ? accepted_ : refused_).add(); }

 private:
  core::Counter& accepted_;
  core::Counter& refused_;
};

}  // namespace terse::serve::dtls
