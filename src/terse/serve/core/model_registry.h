// The models that are served: several side by side, replaced as a whole without a pause.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/serve/core/served_model.h"

namespace terse::serve::core {

/// Safe from any thread. A model in use lives on until its last user lets go.
class ModelRegistry {
 public:
  /// Reads all files. Throws InputError for a bad file or name, a model that sends nothing, an
  /// encoder alone without a predictor, a port or device of an unknown model, and for formats that
  /// a message does not tell apart (model_routes.h).
  explicit ModelRegistry(RegistrySources sources);

  /// Reads all files again. On InputError everything stays as it was.
  void reload();

  /// The model that reads this uplink. Its name decides; else its device, else its port, if they
  /// are assigned; among what these leave, the tag. Nothing if no model fits.
  Served find(const Asked& asked) const;
  /// The newest model of this name or NAME@VERSION.
  Served named(const std::string& name) const;
  /// Why find() found nothing, or what was wrong with the tag.
  std::string why_none(const Asked& asked) const;
  /// In the order of the command line.
  std::vector<Served> all() const;

 private:
  using Catalog = std::vector<Served>;
  std::shared_ptr<const Catalog> catalog() const;

  RegistrySources sources_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Catalog> catalog_;
};

}  // namespace terse::serve::core
