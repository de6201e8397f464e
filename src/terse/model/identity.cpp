#include "terse/model/identity.h"

#include <fmt/core.h>

#include <bit>
#include <charconv>
#include <utility>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::model {
namespace {

constexpr int digits_of_id = 16;

/// Numbers with their length in front where they have any, so that no two formats give the same.
class Bytes {
 public:
  void add(std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      written.push_back(static_cast<std::uint8_t>(number >> shift));
    }
  }
  void add(std::string_view text) {
    add(text.size());
    written.insert(written.end(), text.begin(), text.end());
  }
  // Zero is one number, whatever its sign.
  void add(float number) { add(std::uint64_t{std::bit_cast<std::uint32_t>(number + 0.0F)}); }

  std::vector<std::uint8_t> written;
};

/// The parts of a list, one behind the other.
class Parts {
 public:
  /// write: puts what travels of this part into Bytes.
  template <typename Write>
  void add(std::string what, const Write& write) {
    Bytes bytes;
    write(bytes);
    list.push_back({std::move(what), std::move(bytes.written)});
  }

  std::vector<WirePart> list;
};

void add_forest(Bytes& bytes, const Model& model, const Forest& forest) {
  bytes.add(forest.inputs.size());
  for (const ForestInput& input : forest.inputs) {
    const Feature& reading = model.features[input.feature];
    bytes.add(reading.name);
    bytes.add(std::bit_cast<std::uint64_t>(reading.origin + 0.0));
    bytes.add(input.offset);
    bytes.add(input.scale);
  }
  bytes.add(forest.depth);
  bytes.add(forest.trees());
  for (const std::uint8_t node : forest.nodes) bytes.add(std::uint64_t{node});
  for (const std::int16_t threshold : forest.thresholds) {
    bytes.add(std::uint64_t{static_cast<std::uint16_t>(threshold)});
  }
  for (const std::int8_t leaf : forest.leaves) {
    bytes.add(std::uint64_t{static_cast<std::uint8_t>(leaf)});
  }
}

void add_feature(Parts& parts, const Model& model, std::size_t f) {
  const Feature& feature = model.features[f];
  const std::string own = " of feature " + text::in_quotes(feature.name);
  parts.add("the place" + own, [&](Bytes& bytes) { bytes.add(feature.name); });
  parts.add("the origin" + own,
            [&](Bytes& bytes) { bytes.add(std::bit_cast<std::uint64_t>(feature.origin + 0.0)); });
  parts.add("the categories" + own, [&](Bytes& bytes) {
    bytes.add(feature.categories.size());
    for (const std::string& name : feature.categories) bytes.add(name);
  });
  parts.add("the code for other categories" + own,
            [&](Bytes& bytes) { bytes.add(std::uint64_t{feature.unseen_level ? 1U : 0U}); });
  parts.add("the code for a missing reading" + own,
            [&](Bytes& bytes) { bytes.add(std::uint64_t{feature.missing_level ? 1U : 0U}); });
  parts.add("the thresholds" + own, [&](Bytes& bytes) {
    const auto thresholds = model.thresholds.of(f);
    bytes.add(thresholds.size());
    for (const float threshold : thresholds) bytes.add(threshold);
  });
  if (feature.forest) {
    parts.add("the forest" + own, [&](Bytes& bytes) { add_forest(bytes, model, *feature.forest); });
  }
}

std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3U;
  // The product of FNV carries upwards alone.
  for (const std::uint64_t factor : {0xff51afd7ed558ccdU, 0xc4ceb9fe1a85ec53U}) {
    hash = (hash ^ (hash >> 33)) * factor;
  }
  return hash ^ (hash >> 33);
}

std::optional<unsigned> byte_of(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  if (text.empty() || text.size() > 3) return std::nullopt;
  unsigned byte = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), byte, hexadecimal ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size() || byte > 255) return std::nullopt;
  return byte;
}

}  // namespace

std::vector<WirePart> wire_parts(const Model& model) {
  Parts parts;
  parts.add("the packing", [&](Bytes& bytes) {
    if (model.full_precision()) return bytes.add("float32");
    bytes.add(model.packing == payload::Packing::bits ? "bits" : "radix");
  });
  const std::vector<bool> sent = model.sent();
  for (std::size_t f = 0; f < sent.size(); ++f) {
    if (sent[f]) add_feature(parts, model, f);
  }
  return std::move(parts.list);
}

std::vector<std::uint8_t> wire_bytes(const Model& model) {
  std::vector<std::uint8_t> bytes;
  for (const WirePart& part : wire_parts(model)) {
    bytes.insert(bytes.end(), part.bytes.begin(), part.bytes.end());
  }
  return bytes;
}

std::string wire_id(const Model& model) {
  return fmt::format("{:0{}x}", hash_of(wire_bytes(model)), digits_of_id);
}

std::uint8_t automatic_tag(const Model& model) {
  return static_cast<std::uint8_t>(hash_of(wire_bytes(model)) >> 56);
}

std::optional<std::uint8_t> tag_of(std::string_view text, const Model& model) {
  if (text == "none") return std::nullopt;
  const auto byte = byte_of(text);
  if (text != "auto" && !byte) {
    throw base::OptionError("tag", "", text::in_quotes(text) + " is not a tag",
                            "give auto, none, or a byte such as 126 or 0x7e");
  }
  if (model.full_precision()) {
    throw base::OptionError("tag", "", "messages in full precision have no tag",
                            "leave `tag` out, or train with `method` bw-sq");
  }
  return byte ? static_cast<std::uint8_t>(*byte) : automatic_tag(model);
}

std::string tag_text(std::uint8_t tag) {
  return fmt::format("{:#04x}", tag);
}

std::string refusal_text(const Model& model, payload::Status status,
                         std::span<const std::uint8_t> payload) {
  if (status != payload::Status::wrong_tag || !model.tag || payload.empty()) {
    return std::string(payload::description(status));
  }
  return fmt::format("its tag is {}, not {} of the model with the id {}", tag_text(payload.front()),
                     tag_text(*model.tag), wire_id(model));
}

}  // namespace terse::model
