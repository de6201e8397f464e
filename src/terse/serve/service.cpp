#include "terse/serve/service.h"

#include "terse/serve/core/metrics.h"
#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/pipeline.h"
#include "terse/serve/store/open_store.h"

namespace terse::serve {

struct Service::State {
  core::ModelRegistry registry;
  std::unique_ptr<store::Store> store;
  core::Metrics metrics;
  core::Pipeline pipeline;

  State(const std::vector<std::string>& models, const std::string& store_name)
      : registry(core::RegistrySources{models, {}}),
        store(store::open_store(store_name)),
        pipeline(registry, store.get(), metrics, {}) {}
};

Service::Service(const std::vector<std::string>& models, const std::string& store)
    : state_(std::make_unique<State>(models, store)) {}

Service::~Service() = default;

void Service::submit(core::Uplink uplink, std::function<void(const core::Answer&)> answered) {
  state_->pipeline.submit(std::move(uplink), std::move(answered));
}

core::Answer Service::ask(core::Uplink uplink) {
  return state_->pipeline.ask(std::move(uplink));
}

void Service::reload() {
  state_->registry.reload();
}

std::string Service::metrics() const {
  return state_->metrics.text();
}

}  // namespace terse::serve
