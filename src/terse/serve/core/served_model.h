// The models that are served, and what an uplink says of the one that it is for.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
  std::string id;  ///< of what travels (model/identity.h)
  std::string path;
  model::Model model;
  payload::Layout layout;
  std::size_t payload_bytes;
  std::string predictor = {};  ///< URL of what predicts for an encoder alone; else empty
};

using Served = std::shared_ptr<const ServedModel>;

/// What an uplink says of its model.
struct Asked {
  std::string_view name = {};  ///< "NAME", "NAME@VERSION", "NAME@ID", or empty
  std::optional<int> port = {};
  std::span<const std::uint8_t> payload = {};
  std::string_view device = {};
};

/// A model as the command line names it. path: "FILE", named like the file without ending, or
/// "NAME=FILE". The last of several with one name is the newest version; all can be asked for as
/// NAME@VERSION.
struct RegistrySources {
  std::vector<std::string> models;
  std::map<int, std::string> ports;  ///< LoRaWAN FPort -> NAME or NAME@VERSION
  std::map<std::string, std::string, std::less<>> devices = {};  ///< device -> the same
  /// Of encoders alone: NAME, or "" for all others, -> URL of their predictor.
  std::map<std::string, std::string, std::less<>> predictors = {};
};

}  // namespace terse::serve::core
