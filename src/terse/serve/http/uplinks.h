// Uplinks that come by HTTP: payloads, and the webhooks of network servers.
#pragma once

#include "terse/serve/core/pipeline.h"
#include "terse/serve/http/gate.h"
#include "terse/serve/http/handler.h"
#include "terse/serve/http/worker_threads.h"

namespace terse::serve::http {

class UplinkRoutes {
 public:
  /// threads: write long answers, which would keep the pipeline's own waiting. All must outlive it.
  UplinkRoutes(core::ModelRegistry& registry, core::Pipeline& pipeline, WorkerThreads& threads)
      : registry_(registry), pipeline_(pipeline), threads_(threads) {}

  /// Submits what the request holds; responds once the store has it. Throws HttpError or InputError
  /// if the request cannot be read, and does not respond then. Safe from any thread.
  void take(const Admitted& admitted, HttpRequest request, const Respond& respond) const;

 private:
  void take_bytes(const Admitted& admitted, HttpRequest& request, const Respond& respond) const;
  void take_json(const Admitted& admitted, const HttpRequest& request,
                 const Respond& respond) const;
  void take_event(const Admitted& admitted, const HttpRequest& request,
                  const Respond& respond) const;
  void submit(core::Uplink uplink, const Admitted& admitted, const Respond& respond) const;
  HttpAnswer answer(const core::Answer& given) const;

  core::ModelRegistry& registry_;
  core::Pipeline& pipeline_;
  WorkerThreads& threads_;
};

}  // namespace terse::serve::http
