#include "terse/cli/inspect_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string_view>
#include <vector>

#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

// Without t and 0: those are the tag and the fill.
constexpr std::string_view letters = "abcdefghijklmnopqrsuvwxyzABCDEFGHIJKLMNOPQRSUVWXYZ";
constexpr std::size_t bytes_per_line = 8;

struct Sent {
  std::size_t feature;
  std::size_t levels;
  char letter;

  std::size_t bits() const { return static_cast<std::size_t>(std::bit_width(levels - 1)); }
};

std::vector<Sent> sent_features(const model::Model& model) {
  std::vector<Sent> sent;
  const auto levels = model.levels();
  for (std::size_t f = 0; f < levels.size(); ++f) {
    if (levels[f] > 1) sent.push_back({f, levels[f], letters[sent.size() % letters.size()]});
  }
  return sent;
}

std::string bits_drawing(const model::Model& model, std::size_t bytes_max) {
  const std::vector<Sent> sent = sent_features(model);
  std::string owners(model.tag ? 8 : 0, 't');
  for (const Sent& feature : sent) owners.append(feature.bits(), feature.letter);
  owners.resize(8 * model.payload_bytes(), '0');
  const std::size_t bytes = std::min(bytes_max, owners.size() / 8);
  std::string text;
  for (std::size_t begin = 0; begin < bytes; begin += bytes_per_line) {
    const std::size_t end = std::min(bytes, begin + bytes_per_line);
    std::vector<std::string> heads;
    std::vector<std::string> bits;
    for (std::size_t byte = begin; byte < end; ++byte) {
      heads.push_back(fmt::format("{:<8}", byte));
      bits.push_back(owners.substr(8 * byte, 8));
    }
    text += fmt::format("byte  {}\n      {}\n", fmt::join(heads, " "), fmt::join(bits, " "));
  }
  if (bytes < model.payload_bytes()) {
    text += fmt::format("      and {} bytes more (--all)\n", model.payload_bytes() - bytes);
  }
  std::vector<std::string> meanings;
  if (model.tag) meanings.push_back(fmt::format("t the tag {:#04x}", *model.tag));
  for (const Sent& feature : sent) {
    meanings.push_back(fmt::format("{} {}", feature.letter,
                                   text::printable(model.features[feature.feature].name)));
  }
  if (owners.ends_with('0')) meanings.emplace_back("0 fill");
  return text + fmt::format("      {}\n", fmt::join(meanings, ", "));
}

std::string radix_drawing(const model::Model& model) {
  const std::vector<Sent> sent = sent_features(model);
  std::string nested;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const std::string name = text::printable(model.features[sent[i].feature].name);
    if (i == 0) {
      nested = name;
    } else {
      nested =
          fmt::format("{} * {} + {}", i == 1 ? nested : "(" + nested + ")", sent[i].levels, name);
    }
  }
  const std::size_t bytes = model.payload_bytes() - (model.tag ? 1 : 0);
  return fmt::format("      {}one number in {} byte{}, most significant byte first:\n      {}\n",
                     model.tag ? fmt::format("the tag {:#04x}, then ", *model.tag) : "", bytes,
                     bytes == 1 ? "" : "s", nested);
}

}  // namespace

std::string layout_drawing(const model::Model& model, std::size_t bytes_max) {
  if (model.payload_bytes() == 0) return "      nothing is sent\n";
  if (model.packing == payload::Packing::radix) return radix_drawing(model);
  return bits_drawing(model, bytes_max);
}

}  // namespace terse::cli
