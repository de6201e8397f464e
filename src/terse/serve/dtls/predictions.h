// GET of predictions over DTLS, once or observed (RFC 7641, by libcoap): each device may read its
// own at /d/DEVICE.
#pragma once

#include <coap3/coap.h>

#include <memory>
#include <string>

#include "terse/serve/core/pipeline.h"
#include "terse/serve/core/wakeup.h"

namespace terse::serve::dtls {

/// For the thread that runs libcoap; a thread of its own reads the store. Must live as long as the
/// context.
class DtlsPredictions {
 public:
  /// store: may be null: then nothing is known of devices. wakeup: of that thread, called when
  /// work() has something to do.
  DtlsPredictions(coap_context_t* context, core::Pipeline& pipeline, store::Store* store,
                  const std::shared_ptr<core::Wakeup>& wakeup);
  ~DtlsPredictions();

  /// The resource of a device that has proven its name, if it is not there yet.
  void add(const std::string& device);
  /// Answers with what the store has found, and notifies observers.
  void work();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::dtls
