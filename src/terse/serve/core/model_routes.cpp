#include "terse/serve/core/model_routes.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "terse/base/error.h"
#include "terse/model/identity.h"
#include "terse/text/quoting.h"

namespace terse::serve::core {
namespace {

bool has_id(const ServedModel& served, std::string_view id) {
  return served.version == id || served.former_version == id || served.id == id;
}

bool may_be(const ServedModel& served, std::span<const std::uint8_t> payload) {
  return served.model.tag && payload.size() == served.payload_bytes &&
         payload.front() == *served.model.tag;
}

std::string tagged_text(const ServedModel& served) {
  return fmt::format("{} ({}@{})", model::tag_text(*served.model.tag), served.name, served.id);
}

void require_distinct(const ServedModel& one, const ServedModel& other) {
  if (one.id == other.id && one.model.tag == other.model.tag) return;
  if (one.model.tag && one.model.tag == other.model.tag) {
    throw base::InputError(
        other.path, "",
        fmt::format("its messages begin with the tag {}, as those of {} do, but mean something "
                    "else (ids {} and {})",
                    model::tag_text(*other.model.tag), one.path, other.id, one.id),
        "give one of them another tag: train or export with `tag` BYTE");
  }
  const bool one_is_tagged = one.model.tag.has_value() != other.model.tag.has_value();
  if (!one_is_tagged || one.name != other.name || one.payload_bytes != other.payload_bytes) return;
  const ServedModel& plain = one.model.tag ? other : one;
  const ServedModel& tagged = one.model.tag ? one : other;
  throw base::InputError(
      other.path, "",
      fmt::format("messages of {} have no tag and may begin with {}, that of {}; both have {} "
                  "bytes and the name {}",
                  plain.path, model::tag_text(*tagged.model.tag), tagged.path, one.payload_bytes,
                  text::in_quotes(one.name)),
      "give one of them another NAME=, and a port or device of its own");
}

}  // namespace

Served named(std::span<const Served> models, std::string_view name) {
  const std::size_t at = name.find('@');
  const bool any = at == std::string_view::npos;
  for (auto last = models.rbegin(); last != models.rend(); ++last) {
    const Served& served = *last;
    if (served->name != name.substr(0, at)) continue;
    if (any || has_id(*served, name.substr(at + 1))) return served;
  }
  return nullptr;
}

std::string wanted_name(const RegistrySources& sources, const Asked& asked) {
  if (asked.name.find('@') != std::string_view::npos) return std::string(asked.name);
  const auto device = sources.devices.find(asked.device);
  if (device != sources.devices.end()) {
    const std::string& assigned = device->second;
    if (asked.name.empty() ||
        asked.name == std::string_view(assigned).substr(0, assigned.find('@')))
      return assigned;
  }
  if (!asked.name.empty() || !asked.port) return std::string(asked.name);
  const auto port = sources.ports.find(*asked.port);
  return port == sources.ports.end() ? "" : port->second;
}

Served route(std::span<const Served> models, std::string_view name,
             std::span<const std::uint8_t> payload) {
  if (name.find('@') != std::string_view::npos) return named(models, name);
  if (models.size() == 1) {
    return name.empty() || models.front()->name == name ? models.front() : nullptr;
  }
  std::vector<Served> candidates;
  for (const Served& served : models) {
    if (name.empty() || served->name == name) candidates.push_back(served);
  }
  std::ranges::reverse(candidates);
  if (candidates.empty()) return nullptr;
  if (candidates.size() == 1 || (payload.empty() && !name.empty())) return candidates.front();
  for (const Served& served : candidates) {
    if (may_be(*served, payload)) return served;
  }
  // Of one format only the bytes can be wrong, and its own words say how.
  const auto same = [&](const Served& served) {
    return served->name == candidates.front()->name && served->id == candidates.front()->id &&
           served->model.tag == candidates.front()->model.tag;
  };
  if (std::ranges::all_of(candidates, same)) return candidates.front();
  // Messages without a tag are never as long as those with one (require_distinct()).
  const auto has_length = [&](const Served& served) {
    return served->model.tag && served->payload_bytes == payload.size();
  };
  if (name.empty() || std::ranges::any_of(candidates, has_length)) return nullptr;
  const auto plain =
      std::ranges::find_if(candidates, [](const Served& served) { return !served->model.tag; });
  return plain == candidates.end() ? nullptr : *plain;
}

std::string no_route_text(std::span<const Served> models, std::string_view name,
                          std::span<const std::uint8_t> payload) {
  std::string tags;
  bool known = name.empty();
  const ServedModel* other_length = nullptr;
  std::set<std::string> told;
  for (const Served& served : models) {
    if (!name.empty() && served->name != name) continue;
    known = true;
    if (!served->model.tag) continue;
    if (!payload.empty() && payload.front() == *served->model.tag) other_length = served.get();
    const std::string text = tagged_text(*served);
    if (told.insert(text).second) tags += (tags.empty() ? "" : ", ") + text;
  }
  if (!known) return "there is no model with this name";
  if (tags.empty() || payload.empty()) return "neither port nor tag names a model";
  if (other_length != nullptr) {
    return fmt::format("{} bytes instead of {} after the tag {}", payload.size(),
                       other_length->payload_bytes, tagged_text(*other_length));
  }
  return fmt::format("its tag {} names no model; those served are {}",
                     model::tag_text(payload.front()), tags);
}

void require_distinct(std::span<const Served> models) {
  for (std::size_t other = 1; other < models.size(); ++other) {
    for (std::size_t one = 0; one < other; ++one) require_distinct(*models[one], *models[other]);
  }
}

std::vector<std::string> silent_formats(std::span<const Served> models) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < models.size(); ++i) {
    const ServedModel& older = *models[i];
    if (older.model.tag) continue;
    for (const Served& newer : models.subspan(i + 1)) {
      if (newer->name != older.name || newer->model.tag || newer->id == older.id) continue;
      lines.push_back(
          fmt::format("messages of {} have no tag: without port, device or version they are read "
                      "as those of {} (train with `tag` auto)",
                      older.path, newer->path));
      break;
    }
  }
  return lines;
}

}  // namespace terse::serve::core
