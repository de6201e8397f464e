// Answers about the server's models, devices, messages, drift, quarantine, health and metrics.
#pragma once

#include "terse/serve/core/heartbeats.h"
#include "terse/serve/core/pipeline.h"
#include "terse/serve/http/gate.h"

namespace terse::serve::http {

class Questions {
 public:
  /// store: may be null. All must outlive it.
  Questions(core::ModelRegistry& registry, core::Pipeline& pipeline, store::Store* store,
            core::Metrics& metrics, core::Heartbeats heartbeats)
      : registry_(registry),
        pipeline_(pipeline),
        store_(store),
        metrics_(metrics),
        heartbeats_(std::move(heartbeats)) {}

  /// May wait for the store. Throws HttpError, InputError, JobError. A token that is for some
  /// models and devices is told of those. Safe from any thread.
  HttpAnswer answer(const Admitted& admitted, const Target& target) const;
  /// Whether answer() takes long, or waits for the store.
  static bool takes_long(Endpoint endpoint);

 private:
  HttpAnswer models(const core::Grant& grant) const;
  HttpAnswer devices(const core::Grant& grant, const Target& target) const;
  HttpAnswer latest(const core::Grant& grant, const std::string& device) const;
  HttpAnswer messages(const core::Grant& grant, const Target& target) const;
  HttpAnswer drift(const core::Grant& grant) const;
  HttpAnswer quarantine(const core::Grant& grant, const Target& target) const;
  HttpAnswer readiness() const;
  HttpAnswer metrics() const;
  /// Throws HttpError 404 if there is none.
  store::Store& opened_store() const;

  core::ModelRegistry& registry_;
  core::Pipeline& pipeline_;
  store::Store* store_;
  core::Metrics& metrics_;
  core::Heartbeats heartbeats_;
};

}  // namespace terse::serve::http
