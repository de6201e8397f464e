#include "terse/model/model.h"

#include <algorithm>
#include <limits>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"

namespace terse::model {

std::size_t Model::readings() const {
  std::size_t count = features.size();
  while (count > 0 && features[count - 1].forest) --count;
  return count;
}

std::vector<std::size_t> Model::levels() const {
  std::vector<std::size_t> result(features.size(), 1);
  if (full_precision()) return result;
  for (std::size_t f = 0; f < thresholds.features(); ++f) {
    const Feature& feature = features[f];
    const std::size_t numeric = feature.categories.empty() ? thresholds.levels(f) : 0;
    result[f] = numeric + feature.special_levels();
  }
  return result;
}

std::vector<bool> Model::sent() const {
  std::vector<bool> result;
  for (const std::size_t count : levels()) result.push_back(full_precision() || count > 1);
  return result;
}

std::vector<bool> Model::needed() const {
  std::vector<bool> result = sent();
  for (std::size_t f = readings(); f < features.size(); ++f) {
    if (!result[f]) continue;
    for (const ForestInput& input : features[f].forest->inputs) result[input.feature] = true;
  }
  return result;
}

std::span<const std::string> Model::labels() const {
  const auto* classes = std::get_if<Classes>(&output);
  return classes == nullptr ? std::span<const std::string>{} : classes->labels;
}

std::vector<Target> Model::targets() const {
  return std::visit(
      base::Overloaded{
          [](const Several& all) { return all.targets; },
          [&](const auto& one) {
            return std::vector<Target>{{target_name, target_unit, target_origin, 1.0, one}};
          }},
      output);
}

bool Model::has_origins() const {
  const auto moved = [](const auto& part) { return part.origin != 0.0; };
  return std::ranges::any_of(targets(), moved) || std::ranges::any_of(features, moved);
}

decoder::Shape Model::shape() const {
  std::size_t inputs = features.size();
  for (const Feature& feature : features) inputs += feature.special_levels();
  return {method, levels(), inputs, plain(), output, external()};
}

bool Model::plain() const {
  return std::ranges::all_of(features, [](const Feature& feature) { return feature.plain(); });
}

payload::Layout Model::layout() const {
  return payload::Layout(packing, levels(), tag);
}

Message Model::message() const {
  if (full_precision()) return payload::FloatLayout(features.size());
  return layout();
}

std::size_t Model::payload_bits() const {
  return std::visit([](const auto& held) { return held.bits(); }, message());
}

std::size_t Model::payload_bytes() const {
  return std::visit([](const auto& held) { return held.bytes(); }, message());
}

double Model::compression() const {
  const std::size_t bits = payload_bits();
  if (bits == 0) return std::numeric_limits<double>::infinity();
  return 32.0 * static_cast<double>(readings()) / static_cast<double>(bits);
}

void require_decoder(const Model& model, const std::string& source) {
  if (!model.external()) return;
  throw base::InputError(source, "", decoder::External::problem, decoder::External::remedy);
}

}  // namespace terse::model
