#include "terse/train/option_rows.h"

#include <fmt/format.h>

#include <limits>

#include "terse/base/error.h"
#include "terse/data/split_rule.h"
#include "terse/quantize/schedule.h"
#include "terse/text/quoting.h"
#include "terse/train/objective.h"
#include "terse/train/option_words.h"

namespace terse::train {
namespace {

using Value = OptionValue;

const std::string& word(const Value& value) {
  return std::get<std::string>(value);
}

Value named(std::string_view word) {
  return std::string(word);
}

constexpr OptionRange probability = {
    .low = 0, .high = 1, .below_high = true, .noun = "a probability"};

[[noreturn]] void refuse(const char* option, const Value& value, const std::string& what,
                         const std::string& remedy) {
  throw base::OptionError(option, "", text::in_quotes(word(value)) + " is not " + what, remedy);
}

std::vector<std::string_view> method_ids() {
  std::vector<std::string_view> ids;
  for (const quantize::Method method : quantize::all_methods) ids.push_back(quantize::id(method));
  return ids;
}

Value get_method(const Options& options) {
  return std::string(quantize::id(options.method));
}

void set_method(Options& options, const Value& value) {
  const auto method = quantize::parse_method(word(value));
  if (!method) {
    refuse("method", value, "a method",
           fmt::format("choose one of {}", fmt::join(method_ids(), ", ")));
  }
  options.method = *method;
}

Value get_schedule(const Options& options) {
  return std::string(quantize::name(options.schedule));
}

void set_schedule(Options& options, const Value& value) {
  const auto schedule = quantize::parse_schedule(word(value));
  if (!schedule) {
    refuse("schedule", value, "a schedule",
           "choose exponential, linear, warmup, cosine or cyclical");
  }
  options.schedule = *schedule;
}

void set_start(Options& options, const Value& value) {
  const auto start = quantize::parse_start(word(value));
  if (!start) refuse("start", value, "a start", "choose quantile, minmax, kmeans or tree");
  options.start = start;
}

Value get_start(const Options& options) {
  return options.start ? std::string(quantize::name(*options.start)) : std::string();
}

void set_packing(Options& options, const Value& value) {
  if (word(value) != "bits" && word(value) != "radix") {
    refuse("packing", value, "a packing", "choose bits or radix");
  }
  options.packing = word(value) == "bits" ? payload::Packing::bits : payload::Packing::radix;
}

// Sets one of two states by their names.
template <class State>
void set_state(const char* option, State& state, const Value& value, const char* first_name,
               State first, const char* second_name, State second) {
  if (word(value) != first_name && word(value) != second_name) {
    throw base::OptionError(option, "", text::in_quotes(word(value)) + " does not fit",
                            fmt::format("give {} or {}", first_name, second_name));
  }
  state = word(value) == second_name ? second : first;
}

void set_class_weights(Options& options, const Value& value) {
  set_state("class_weights", options.class_weights, value, "none", ClassWeights::none, "balanced",
            ClassWeights::balanced);
}

void set_between(Options& options, const Value& value) {
  set_state("between", options.midway, value, "trained", false, "midway", true);
}

void set_unseen(Options& options, const Value& value) {
  set_state("unseen", options.unseen_level, value, "error", false, "level", true);
}

void set_split(Options& options, const Value& value) {
  const auto rule = data::parse_split_rule(word(value));
  if (!rule) {
    refuse("split", value, "a kind of split",
           "choose random, last, blocks, blocks=NUMBER (2 to 100000), groups=COLUMN or "
           "column=COLUMN");
  }
  options.split = *rule;
}

void set_loss(Options& options, const Value& value) {
  if (parse_loss(word(value), options.objective)) return;
  refuse("loss", value, "a loss",
         "choose squared, absolute, poisson, or quantile:Q with Q between 0 and 1, such as "
         "quantile:0.9");
}

void set_target_scale(Options& options, const Value& value) {
  const auto scale = parse_target_scale(word(value));
  if (!scale) refuse("target_scale", value, "a scale", "choose linear or log");
  options.objective.scale = *scale;
}

void set_copies(Options& options, const Value& value) {
  const auto copies = data::parse_copies(word(value));
  if (!copies) {
    refuse("keep_copies_together", value, "a kind of copies", "choose no, features or rows");
  }
  options.keep_copies_together = *copies;
}

// A row whose value is a number in one field.
template <auto field>
TrainingOption number_row(std::string_view name, std::string_view text, OptionRange range,
                          Recorded recorded = Recorded::always) {
  using Field = std::decay_t<decltype(std::declval<Options>().*field)>;
  using Held = std::conditional_t<std::is_floating_point_v<Field>, double, std::uint64_t>;
  TrainingOption row{.name = name, .text = text, .range = range, .recorded = recorded};
  row.get = [](const Options& options) { return Value(static_cast<Held>(options.*field)); };
  row.set = [](Options& options, const Value& value) {
    const Held given = std::get<Held>(value);
    if constexpr (std::is_floating_point_v<Field>) {
      options.*field = given;
    } else {
      // More than the field holds stays out of its range.
      constexpr Held most = std::numeric_limits<Field>::max();
      options.*field = static_cast<Field>(std::min(given, most));
    }
  };
  return row;
}

std::vector<TrainingOption> rows_of_every_record() {
  return {
      {.name = "method",
       .text = "how readings become codes",
       .choices = method_ids(),
       .get = get_method,
       .set = set_method},
      number_row<&Options::bits>("bits", "bits per feature, 1 to 8: 2^bits levels each", {1, 8}),
      {.name = "hidden",
       .text = "hidden layers x units, or units,units,...",
       .get = [](const Options& options) { return Value(hidden_text(options.hidden)); },
       .set = [](Options& options, const Value& v) { options.hidden = parse_hidden(word(v)); },
       .check = check_hidden},
      number_row<&Options::epochs>("epochs", "passes over the training rows", {1, 1000000}),
      number_row<&Options::batch_rows>("batch", "rows per step", {1, 1 << 20}),
      number_row<&Options::learning_rate>(
          "learning_rate", "learning rate of Adam",
          {.low = 0, .high = 1, .above_low = true, .noun = "a number"}),
      number_row<&Options::threshold_rate_factor>(
          "threshold_rate_factor",
          "learning rate of the thresholds, as a multiple of that of the weights",
          {.low = 0, .high = 1e4, .noun = "a factor"}),
      number_row<&Options::dropout>("dropout", "probability of dropping a hidden unit",
                                    probability),
      {.name = "schedule",
       .text = "how the temperature falls: exponential, linear, warmup, cosine, cyclical",
       .choices = {"exponential", "linear", "warmup", "cosine", "cyclical"},
       .get = get_schedule,
       .set = set_schedule},
      number_row<&Options::temperature_end>("temperature_end", "the last temperature", {1e-4, 1}),
      number_row<&Options::test_fraction>("test_fraction", "share of the rows kept for the test",
                                          {.low = 0, .high = 1, .below_high = true}),
      number_row<&Options::threads>("threads", "number of threads of one training", {1, 1024}),
  };
}

TrainingOption decoder_row() {
  return {
      .name = "decoder",
      .text =
          "what predicts from the codes: network, boosted or extra-trees (grown at the end), stack "
          "(the sum of these that predicts four folds best: trains the network four times; a file "
          "of megabytes), or the best of them and of trees on quantile codes on a tenth of the "
          "training rows, which trains twice",
      .choices = words_of<DecoderWords>(),
      .recorded = Recorded::unless_default,
      .get = get_word<DecoderWords>,
      .set = set_word<DecoderWords>};
}

TrainingOption network_row() {
  return {.name = "network",
          .text =
              "network of bw-sq, bw-mq and bw-qq: plain, tabm (8 that share weights, whose mean "
              "predicts; learning rate 0.002, 2x128 hidden units and weight decay 0.003 unless "
              "given), or the better on a tenth of the training rows, which trains both once more",
          .choices = words_of<NetworkWords>(),
          .recorded = Recorded::unless_default,
          .get = get_word<NetworkWords>,
          .set = set_word<NetworkWords>};
}

TrainingOption weight_decay_row() {
  return number_row<&Options::weight_decay>(
      "weight_decay", "decoupled weight decay (AdamW), a share of the learning rate",
      {.low = 0, .high = 1, .noun = "a number"}, Recorded::unless_default);
}

std::vector<TrainingOption> rows_of_records_that_chose_them() {
  constexpr auto recorded = Recorded::unless_default;
  return {
      network_row(),
      number_row<&Options::submodels_per_row>(
          "submodels_per_row",
          "tabm: how many of its 8 networks learn from a row; with fewer a training is shorter, "
          "and worse",
          {1, submodel_count}, recorded),
      weight_decay_row(),
      number_row<&Options::average>(
          "average", "share of the epochs, the last ones, whose weights are averaged",
          {.low = 0, .high = 1, .noun = "a share"}, recorded),
      decoder_row(),
      {.name = "start",
       .text = "where thresholds of sq and bw-sq begin: quantile, minmax, kmeans or tree",
       .choices = {"quantile", "minmax", "kmeans", "tree"},
       .recorded = recorded,
       .get = get_start,
       .set = set_start},
      {.name = "scale",
       .text =
           "monotone scale of the features in training: auto, linear, normal (scores of ranks), "
           "half (the mean of both) or log; for single ones NAME=SCALE,...",
       .recorded = recorded,
       .get = [](const Options& options) { return Value(scales_text(options.scale)); },
       .set = [](Options& options, const Value& v) { options.scale = parse_scales(word(v)); }},
      {.name = "between",
       .text = "where a threshold stands between the two training readings it parts: as trained, "
               "or midway, which gives no feature more levels than readings that differ",
       .choices = {"trained", "midway"},
       .recorded = recorded,
       .get = [](const Options& own) { return named(own.midway ? "midway" : "trained"); },
       .set = set_between},
      {.name = "levels",
       .text = "levels of single features, NAME=L,...; 1 leaves the feature out",
       .recorded = recorded,
       .get = [](const Options& options) { return Value(levels_text(options.levels)); },
       .set = [](Options& options, const Value& v) { options.levels = parse_levels(word(v)); },
       .check = check_levels},
      {.name = "class_weights",
       .text = "classification: none, or balanced: every class has the same total weight",
       .choices = {"none", "balanced"},
       .recorded = recorded,
       .get =
           [](const Options& own) {
             return named(own.class_weights == ClassWeights::balanced ? "balanced" : "none");
           },
       .set = set_class_weights},
      number_row<&Options::drop_rate>(
          "drop_rate",
          "probability of treating a reading as missing in training; every feature then gets "
          "a code for that",
          probability, recorded),
      {.name = "keep_copies_together",
       .text = "rows that stay on one side of every split: those with equal features, equal rows "
               "(features and target), or no",
       .choices = {"no", "features", "rows"},
       .recorded = recorded,
       .get = [](const Options& own) { return named(data::name(own.keep_copies_together)); },
       .set = set_copies},
      {.name = "unseen",
       .text = "a category unknown in training: error, or level (one code for all of them)",
       .choices = {"error", "level"},
       .recorded = recorded,
       .get = [](const Options& own) { return named(own.unseen_level ? "level" : "error"); },
       .set = set_unseen},
  };
}

std::vector<TrainingOption> rows_of_computed_features() {
  constexpr auto recorded = Recorded::unless_default;
  return {
      {.name = "computed",
       .text = "what the device computes of its readings: no, forest (small trees in integers, "
               "whose sum is sent as one more code), or forest-alone (that code is the whole "
               "message)",
       .choices = words_of<ComputedWords>(),
       .recorded = recorded,
       .get = get_word<ComputedWords>,
       .set = set_word<ComputedWords>},
      number_row<&Options::level_bits>(
          "level_bits", "bits of a computed feature, 1 to 8: 2^bits levels of its sum", {1, 8},
          recorded),
      number_row<&Options::forest_depth>(
          "forest_depth", "decisions of each tree on the device, which takes 4 bytes for each leaf",
          {1, 8}, recorded),
      number_row<&Options::forest_trees>("forest_trees", "trees on the device", {1, 4096},
                                         recorded),
  };
}

std::vector<TrainingOption> rows_of_data_and_loss() {
  constexpr auto recorded = Recorded::unless_default;
  return {
      {.name = "split",
       .text = "how rows are split, in validation, too: random, last (in the table's order), "
               "blocks[=NUMBER] of neighbours, groups=COLUMN, or column=COLUMN of train, "
               "validation and test",
       .recorded = recorded,
       .get = [](const Options& own) { return Value(data::text_of(own.split)); },
       .set = set_split},
      {.name = "weight",
       .text = "column of the rows' weights in losses and metrics, which is not a feature",
       .recorded = recorded,
       .get = [](const Options& options) { return Value(options.weight); },
       .set = [](Options& options, const Value& v) { options.weight = word(v); }},
      {.name = "loss",
       .text = "of a number: squared, absolute, quantile:Q (such as quantile:0.9) or poisson",
       .recorded = recorded,
       .get = [](const Options& own) { return Value(loss_text(own.objective)); },
       .set = set_loss},
      {.name = "target_weight",
       .text = "several targets: weight of each one's loss in the whole, NAME=W,... (1 each)",
       .recorded = recorded,
       .get = [](const Options& own) { return Value(target_weights_text(own.target_weights)); },
       .set = [](Options& options,
                 const Value& v) { options.target_weights = parse_target_weights(word(v)); }},
      {.name = "target_scale",
       .text = "scale on which a number is trained: linear, or log (predictions are mapped back)",
       .choices = {"linear", "log"},
       .recorded = recorded,
       .get = [](const Options& own) { return named(name(own.objective.scale)); },
       .set = set_target_scale},
  };
}

std::vector<TrainingOption> rows_of_outputs() {
  return {
      {.name = "tolerance",
       .text = "of readings given back: how far off they may be in 95 of 100 rows, NAME=T,... in "
               "units, or NAME=T% of the range; without a name for all others",
       .recorded = Recorded::unless_default,
       .get = [](const Options& own) { return Value(tolerances_text(own.tolerances)); },
       .set = [](Options& options,
                 const Value& v) { options.tolerances = parse_tolerances(word(v)); }},
      {.name = "interval",
       .text = "of a number: two more outputs, between which this share of rows lies, as in 90%",
       .recorded = Recorded::unless_default,
       .get = [](const Options& own) { return Value(interval_text(own.interval)); },
       .set = [](Options& options, const Value& v) { options.interval = parse_interval(word(v)); }},
  };
}

std::vector<TrainingOption> rows_of_no_record() {
  return {
      number_row<&Options::seed>("seed",
                                 "seed of the split, the initial weights, shuffling and dropout",
                                 {0, 0x1p64}, Recorded::never),
      {.name = "packing",
       .text = "bits (whole bits per code) or radix (mixed radix, a byte less at times)",
       .choices = {"bits", "radix"},
       .recorded = Recorded::never,
       .get =
           [](const Options& own) {
             return named(own.packing == payload::Packing::bits ? "bits" : "radix");
           },
       .set = set_packing},
  };
}

}  // namespace

std::vector<TrainingOption> option_rows() {
  std::vector<TrainingOption> all = rows_of_every_record();
  for (const auto& more : {rows_of_records_that_chose_them(), rows_of_computed_features(),
                           rows_of_data_and_loss(), rows_of_outputs(), rows_of_no_record()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace terse::train
