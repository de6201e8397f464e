#include "terse/serve/core/model_registry.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "terse/base/error.h"
#include "terse/model/file.h"
#include "terse/model/identity.h"
#include "terse/serve/core/model_routes.h"
#include "terse/serve/core/named_predictions.h"
#include "terse/text/quoting.h"

namespace terse::serve::core {
namespace {

/// FNV-1a, 64 bits: tells versions apart; it does not protect against forgery.
std::string digits_of(const model::Model& model) {
  const std::vector<std::uint8_t> bytes = model::to_bytes(model);
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint8_t byte : bytes) {
    hash = (hash ^ byte) * 0x100000001b3U;
  }
  return fmt::format("{:016x}", hash);
}

std::string version_of(model::Model model) {
  model.record.command.clear();
  model.record.data.clear();
  model.record.train_seconds = 0.0;
  return digits_of(model);
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

void require_servable(const model::Target& target, const std::string& path) {
  if (target.origin != 0.0) {
    throw base::InputError(
        path, "",
        fmt::format("its predictions are differences from {}, which the server does not add",
                    target.origin),
        "subtract that from the target in the table, and train again");
  }
  if (std::ranges::any_of(target.labels(), begins_like_names)) {
    throw base::InputError(path, "", "a class begins with the record separator (0x1E)",
                           "rename the class in the table, and train again");
  }
}

// Empty for a model that has its decoder.
std::string predictor_of(const model::Model& model, const std::string& name,
                         const std::string& path, const RegistrySources& sources) {
  if (!model.external()) return "";
  auto found = sources.predictors.find(name);
  if (found == sources.predictors.end()) found = sources.predictors.find("");
  if (found == sources.predictors.end()) model::require_decoder(model, path);
  return found->second;
}

Served read(const std::string& source, const RegistrySources& sources) {
  const std::size_t equals = source.find('=');
  const std::string path = equals == std::string::npos ? source : source.substr(equals + 1);
  const std::string name = equals == std::string::npos ? std::filesystem::path(path).stem().string()
                                                       : source.substr(0, equals);
  if (!is_name(name)) {
    throw base::InputError(source, "", "a model cannot be called " + text::in_quotes(name),
                           "write NAME=FILE with a name of letters, digits, '-', '_' and '.'");
  }
  model::Model model = model::read_file(path);
  std::string predictor = predictor_of(model, name, path, sources);
  for (const model::Target& target : model.targets()) require_servable(target, path);
  const std::size_t bytes = model.payload_bytes();
  if (bytes == 0) {
    throw base::InputError(path, "", "this model sends no feature: there is nothing to serve",
                           "train with more levels");
  }
  std::string version = version_of(model);
  std::string former_version = digits_of(model);
  std::string id = model::wire_id(model);
  payload::Layout layout = model.layout();
  return std::make_shared<const ServedModel>(
      ServedModel{name, std::move(version), std::move(former_version), std::move(id), path,
                  std::move(model), std::move(layout), bytes, std::move(predictor)});
}

std::shared_ptr<const std::vector<Served>> read_all(const RegistrySources& sources) {
  std::vector<Served> catalog;
  for (const std::string& source : sources.models) catalog.push_back(read(source, sources));
  require_distinct(catalog);
  const auto require_named = [&](const char* option, const std::string& place,
                                 const std::string& name) {
    if (named(catalog, name) != nullptr) return;
    throw base::OptionError(option, place, "there is no model " + text::in_quotes(name),
                            "name one of MODEL..., or one of its versions as NAME@ID");
  };
  for (const auto& [port, name] : sources.ports) {
    require_named("port_model", std::to_string(port), name);
  }
  for (const auto& [device, name] : sources.devices) {
    require_named("device_model", text::in_quotes(device), name);
  }
  for (const auto& [name, url] : sources.predictors) {
    const auto uses = [&wanted = name](const Served& served) {
      return served->name == wanted && served->model.external();
    };
    if (name.empty() || std::ranges::any_of(catalog, uses)) continue;
    require_named("predictor", text::in_quotes(name), name);
    throw base::OptionError("predictor", text::in_quotes(name), "the model has its own decoder",
                            "leave the predictor out");
  }
  return std::make_shared<const std::vector<Served>>(std::move(catalog));
}

}  // namespace

ModelRegistry::ModelRegistry(RegistrySources sources)
    : sources_(std::move(sources)), catalog_(read_all(sources_)) {}

void ModelRegistry::reload() {
  auto fresh = read_all(sources_);
  const std::lock_guard lock(mutex_);
  catalog_ = std::move(fresh);
}

std::shared_ptr<const ModelRegistry::Catalog> ModelRegistry::catalog() const {
  const std::lock_guard lock(mutex_);
  return catalog_;
}

Served ModelRegistry::find(const Asked& asked) const {
  return route(*catalog(), wanted_name(sources_, asked), asked.payload);
}

Served ModelRegistry::named(const std::string& name) const {
  return core::named(*catalog(), name);
}

std::string ModelRegistry::why_none(const Asked& asked) const {
  return no_route_text(*catalog(), wanted_name(sources_, asked), asked.payload);
}

std::vector<Served> ModelRegistry::all() const {
  return *catalog();
}

}  // namespace terse::serve::core
