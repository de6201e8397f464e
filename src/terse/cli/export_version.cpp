#include "terse/cli/export_version.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include "terse/base/error.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

/// Major, minor, patch.
using Version = std::array<unsigned, 3>;

std::string text_of(const Version& version) {
  return fmt::format("{}.{}.{}", version[0], version[1], version[2]);
}

std::optional<Version> parse(std::string_view text) {
  Version version{};
  for (std::size_t part = 0; part < version.size(); ++part) {
    const std::size_t end = part + 1 < version.size() ? text.find('.') : text.size();
    if (end == std::string_view::npos) return std::nullopt;
    const auto number = text::parse_number<unsigned>(text.substr(0, end));
    if (!number || *number >= 1'000'000) return std::nullopt;
    version[part] = *number;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return version;
}

/// Where the text says "version", any of ' =:"', and digits with points.
struct Place {
  std::size_t begin;
  std::size_t size;
};

std::optional<Place> place_of_version(std::string_view text) {
  constexpr std::string_view word = "version";
  std::size_t at = 0;
  // At the beginning of a line or in quotation marks: not specVersion.
  for (;; at += word.size()) {
    at = text.find(word, at);
    if (at == std::string_view::npos) return std::nullopt;
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '"') break;
  }
  const std::size_t begin = text.find_first_not_of(" =:\"", at + word.size());
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = text.find_first_not_of("0123456789.", begin);
  return Place{begin, std::min(end, text.size()) - begin};
}

bool says_version(const export_text::File& file) {
  constexpr std::array names = {"library.properties", "library.json", "idf_component.yml",
                                "Cargo.toml", "ts013/metadata.json"};
  return std::ranges::find(names, file.path) != names.end();
}

std::optional<std::string> content(const std::string& folder, const export_text::File& file) {
  std::ifstream stream(std::filesystem::path(folder) / file.path, std::ios::binary);
  if (!stream) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

void set_version(export_text::File& file, const Version& version) {
  const auto place = place_of_version(file.bytes);
  TERSE_CHECK(place.has_value());
  file.bytes.replace(place->begin, place->size, text_of(version));
}

}  // namespace

void give_version(std::vector<export_text::File>& files, const std::string& folder,
                  const std::string& id, const std::string& version) {
  const auto own = std::ranges::find_if(files, says_version);
  if (!version.empty()) {
    const auto wanted = parse(version);
    if (!wanted) {
      throw base::InputError("--package-version", "",
                             text::in_quotes(version) + " is not a version", "write X.Y.Z");
    }
    if (own == files.end()) {
      throw base::InputError("--package-version", "", "this format has no version of its own",
                             "leave it out");
    }
    return set_version(*own, *wanted);
  }
  if (own == files.end()) return;
  const auto former = content(folder, *own);
  const auto place = former ? place_of_version(*former) : std::nullopt;
  auto now =
      place ? parse(std::string_view(*former).substr(place->begin, place->size)) : std::nullopt;
  if (!now) return;
  set_version(*own, *now);
  if (former->find(id) == std::string::npos) return set_version(*own, {(*now)[0] + 1, 0, 0});
  const auto is_there = [&](const export_text::File& file) {
    return content(folder, file) == file.bytes;
  };
  if (std::ranges::all_of(files, is_there)) return;
  ++(*now)[2];
  set_version(*own, *now);
}

}  // namespace terse::cli
