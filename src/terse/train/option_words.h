// Options whose value is one of a few words, each for a state of a field of Options.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "terse/base/error.h"
#include "terse/text/quoting.h"
#include "terse/train/options.h"
#include "terse/train/training_option.h"

namespace terse::train {

struct DecoderWords {
  static constexpr auto field = &Options::decoder;
  static constexpr const char* option = "decoder";
  static constexpr const char* noun = "a decoder";
  static constexpr std::pair<std::string_view, Decoder> words[] = {
      {"network", Decoder::network},
      {"boosted", Decoder::boosted},
      {"extra-trees", Decoder::extra_trees},
      {"stack", Decoder::stack},
      {"best", Decoder::best}};
};

struct NetworkWords {
  static constexpr auto field = &Options::network;
  static constexpr const char* option = "network";
  static constexpr const char* noun = "a network";
  static constexpr std::pair<std::string_view, Network> words[] = {
      {"plain", Network::plain}, {"tabm", Network::tabm}, {"best", Network::best}};
};

struct ComputedWords {
  static constexpr auto field = &Options::computed;
  static constexpr const char* option = "computed";
  static constexpr const char* noun = "what a device computes";
  static constexpr std::pair<std::string_view, Computed> words[] = {
      {"no", Computed::nothing},
      {"forest", Computed::forest},
      {"forest-alone", Computed::forest_alone}};
};

template <class Words>
std::vector<std::string_view> words_of() {
  std::vector<std::string_view> all;
  for (const auto& [word, state] : Words::words) all.push_back(word);
  return all;
}

template <class Words>
OptionValue get_word(const Options& options) {
  for (const auto& [word, state] : Words::words) {
    if (state == options.*Words::field) return std::string(word);
  }
  TERSE_CHECK(false);
}

template <class Words>
void set_word(Options& options, const OptionValue& value) {
  const std::string& given = std::get<std::string>(value);
  for (const auto& [word, state] : Words::words) {
    if (word != given) continue;
    options.*Words::field = state;
    return;
  }
  auto all = words_of<Words>();
  const std::string_view last = all.back();
  all.pop_back();
  throw base::OptionError(Words::option, "", text::in_quotes(given) + " is not " + Words::noun,
                          fmt::format("give {} or {}", fmt::join(all, ", "), last));
}

}  // namespace terse::train
