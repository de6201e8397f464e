// Models, store and pipeline of a server in one object: what `terse serve` runs behind its front
// ends, for programs that bring messages themselves.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "terse/serve/core/uplink.h"

namespace terse::serve {

/// Safe from any thread.
class Service {
 public:
  /// models: [NAME=]FILE, as `terse serve` takes them. store: a file of SQLite, postgresql://...,
  /// or "none". Throws InputError for a bad model, JobError if the store cannot be opened.
  Service(const std::vector<std::string>& models, const std::string& store);
  /// Answers everything that was submitted.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// answered: called once, from another thread or from here; must not block or throw. An
  /// acknowledged answer means that the store has message and prediction.
  void submit(core::Uplink uplink, std::function<void(const core::Answer&)> answered);
  /// Submits and waits.
  core::Answer ask(core::Uplink uplink);
  /// Reads all models again. On InputError everything stays as it was.
  void reload();
  /// Counters as Prometheus reads them (exposition format 0.0.4).
  std::string metrics() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve
