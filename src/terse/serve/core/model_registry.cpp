#include "terse/serve/core/model_registry.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "terse/base/error.h"
#include "terse/model/file.h"
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

Served read(const std::string& source) {
  const std::size_t equals = source.find('=');
  const std::string path = equals == std::string::npos ? source : source.substr(equals + 1);
  const std::string name = equals == std::string::npos ? std::filesystem::path(path).stem().string()
                                                       : source.substr(0, equals);
  if (!is_name(name)) {
    throw base::InputError(source, "", "a model cannot be called " + text::in_quotes(name),
                           "write NAME=FILE with a name of letters, digits, '-', '_' and '.'");
  }
  model::Model model = model::read_file(path);
  if (model.target_origin != 0.0) {
    throw base::InputError(
        path, "",
        fmt::format("its predictions are differences from {}, which the server does not add",
                    model.target_origin),
        "subtract that from the target in the table, and train again");
  }
  const std::size_t bytes = model.payload_bytes();
  if (bytes == 0) {
    throw base::InputError(path, "", "this model sends no feature: there is nothing to serve",
                           "train with more levels");
  }
  std::string version = version_of(model);
  std::string former_version = digits_of(model);
  payload::Layout layout = model.layout();
  return std::make_shared<const ServedModel>(
      ServedModel{name, std::move(version), std::move(former_version), path, std::move(model),
                  std::move(layout), bytes});
}

std::shared_ptr<const std::vector<Served>> read_all(const RegistrySources& sources) {
  std::vector<Served> catalog;
  for (const std::string& source : sources.models) catalog.push_back(read(source));
  for (const auto& [port, name] : sources.ports) {
    if (std::none_of(catalog.begin(), catalog.end(),
                     [&name = name](const Served& served) { return served->name == name; })) {
      throw base::OptionError("port_model", std::to_string(port),
                              "there is no model " + text::in_quotes(name), "name one of MODEL...");
    }
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

Served ModelRegistry::find(const std::string& name, std::optional<int> port,
                           std::span<const std::uint8_t> payload) const {
  const auto models = catalog();
  std::string wanted = name;
  if (wanted.empty() && port) {
    const auto found = sources_.ports.find(*port);
    if (found != sources_.ports.end()) wanted = found->second;
  }
  if (wanted.empty()) {
    if (models->size() == 1) return models->front();
    for (auto each = models->rbegin(); each != models->rend(); ++each) {
      const auto tag = (*each)->model.tag;
      if (tag && !payload.empty() && payload.front() == *tag) return *each;
    }
    return nullptr;
  }
  const std::size_t at = wanted.find('@');
  const std::string version = at == std::string::npos ? "" : wanted.substr(at + 1);
  wanted.resize(std::min(at, wanted.size()));
  for (auto each = models->rbegin(); each != models->rend(); ++each) {
    if ((*each)->name == wanted && (at == std::string::npos || (*each)->version == version ||
                                    (*each)->former_version == version)) {
      return *each;
    }
  }
  return nullptr;
}

std::vector<Served> ModelRegistry::all() const {
  return *catalog();
}

}  // namespace terse::serve::core
