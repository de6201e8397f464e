// The models that are served: several side by side, replaced as a whole without a pause.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "terse/model/model.h"

namespace terse::serve::core {

struct ServedModel {
  std::string name;
  /// 16 hexadecimal digits, from all that is in the model but how it came about: the command, the
  /// path of the table and the time of training. Identical trainings give one version.
  std::string version;
  /// What the version was until 0.1.0, of all bytes: NAME@FORMER finds the model still.
  std::string former_version;
  std::string path;
  model::Model model;
  payload::Layout layout;
  std::size_t payload_bytes;
};

using Served = std::shared_ptr<const ServedModel>;

/// A model as the command line names it. path: "FILE", named like the file without ending, or
/// "NAME=FILE". The last of several with one name is the newest version; all can be asked for as
/// NAME@VERSION.
struct RegistrySources {
  std::vector<std::string> models;
  std::map<int, std::string> ports;  ///< LoRaWAN FPort -> name
};

/// Safe from any thread. A model in use lives on until its last user lets go.
class ModelRegistry {
 public:
  /// Reads all files. Throws InputError for a bad file or name, a model that sends nothing, and a
  /// port of an unknown model.
  explicit ModelRegistry(RegistrySources sources);

  /// Reads all files again. On InputError everything stays as it was.
  void reload();

  /// name: "NAME", "NAME@VERSION" or empty; then the port decides, then the only model, then the
  /// first byte of the payload as tag. Nothing if no model fits.
  Served find(const std::string& name, std::optional<int> port,
              std::span<const std::uint8_t> payload) const;
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
