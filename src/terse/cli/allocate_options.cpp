#include "terse/cli/allocate_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <string>
#include <thread>

#include "terse/airtime/radios.h"
#include "terse/allocate/goal.h"
#include "terse/base/error.h"
#include "terse/cli/kept_encoder.h"
#include "terse/cli/recorded_split.h"
#include "terse/cli/tag_option.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

void add_goal_options(Command command, AllocateArguments& arguments) {
  command.add_option("--payload", arguments.payload, "budget: bytes of a message, at most");
  command.add_option("--payload-bits", arguments.bits_max, "budget: bits of a message, at most");
  command.add_option("--radio", arguments.radio,
                     "budget: one frame of this radio (`terse airtime 1` lists the radios)");
  command.add_option("--device-flash", arguments.device_flash,
                     "bytes of flash that the device has for trees, code included: their level may "
                     "then be sent, beside codes of readings or alone (not given: none)");
  command.add_option(
      "--max-loss", arguments.max_loss,
      "percent by which the loss may exceed full precision: the smallest message that is shown "
      "to lose no more, with 95% certainty over the folds");
  command.add_option("--margin", arguments.margin,
                     "percent of full precision's loss that counts as equal to it: whether each "
                     "message is as good is said (--max-loss, with --curve 2)");
  command
      .add_option("--curve", arguments.curve,
                  "folder for the curve of loss against payload: curve.csv, curve.svg (needs "
                  "Node), a model per point")
      .is_written();
  command
      .add_option("--budgets", arguments.budgets,
                  "points of --curve, BITS,... (every byte, then fewer)")
      .separated_by(',');
}

void add_training_options(Command command, AllocateArguments& arguments) {
  TrainingOptions& training = arguments.training_options;
  training.add(command, "bits", "bits per feature to begin with");
  command.add_option(
      "--start-bits", arguments.start_bits,
      "bits of a message to start from, spread over the features by boosted trees "
      "(a quarter more than the budget, at most --bits for each); 0: --bits for each");
  training.add(command, "start", "where thresholds begin: quantile, minmax, kmeans, tree");
  training.add(command, "scale");
  training.add(command, "between").one_of({"trained", "midway"});
  training.add(command, "hidden", "hidden layers x units");
  command
      .add_option("--decoder", arguments.decoder,
                  "what predicts from the codes: network, boosted, or the best on validation rows; "
                  "with --encoder also extra-trees and stack")
      .one_of({"network", "boosted", "extra-trees", "stack", "best"})
      .shows_default();
  command
      .add_option("--policy", arguments.policy,
                  "how levels to remove are chosen: pruning (measured again after each training), "
                  "sensitivity or "
                  "exact (measured once), lasso (those with the smallest weights)")
      .one_of({"pruning", "sensitivity", "exact", "lasso"})
      .shows_default();
  command
      .add_option("--folds", arguments.options.folds,
                  "validation folds, whose losses decide together; few of them show little")
      .between(2, AllocateArguments::folds_max)
      .shows_default();
  training.add(command, "epochs", "epochs of the first training");
  training.add(command, "batch");
  command
      .add_option("--round-epochs", arguments.options.shrink.epochs,
                  "epochs after each removal of levels")
      .shows_default();
  command
      .add_option("--final-epochs", arguments.options.final_epochs, "epochs at the chosen levels")
      .shows_default();
  command
      .add_option("--round-share", arguments.options.shrink.share,
                  "share of the bits that is removed at a time")
      .between(0.01, 0.9)
      .shows_default();
  training.add(command, "learning_rate");
  training.add(command, "threshold_rate_factor", threshold_rate_text);
  training.add(command, "dropout");
}

void require_percent(const char* option, const std::optional<double>& percent) {
  constexpr double most = 1e6;
  if (!percent || (*percent >= 0.0 && *percent <= most)) return;
  throw base::InputError(option, "", fmt::format("{} is not between 0 and {}", *percent, most),
                         "give percent above full precision, such as 2");
}

allocate::Policy policy_of(const std::string& name) {
  if (name == "sensitivity") return allocate::Policy::sensitivity;
  if (name == "exact") return allocate::Policy::exact;
  return name == "lasso" ? allocate::Policy::lasso : allocate::Policy::pruning;
}

}  // namespace

std::optional<double> AllocateArguments::payload_bits() const {
  // A tag is one of the bytes, but none of the bits that are shared out.
  const double tag_bits = tag == "none" ? 0.0 : 8.0;
  if (payload) return 8.0 * static_cast<double>(*payload) - tag_bits;
  if (bits_max) return static_cast<double>(*bits_max);
  if (!radio.empty()) return 8.0 * static_cast<double>(airtime::payload_limit(radio)) - tag_bits;
  return {};
}

void add_allocate_options(Command command, AllocateArguments& arguments) {
  TrainingOptions& training = arguments.training_options;
  training.defaults = allocate::default_training();
  training.defaults.threads = std::max(1U, std::thread::hardware_concurrency());
  add_data_argument(command, arguments.table);
  add_one_target(command, arguments.table);
  add_column_options(command, arguments.table);
  add_goal_options(command, arguments);
  add_encoder_option(command, arguments.encoder);
  add_task_options(command, arguments.task, training);
  add_training_options(command, arguments);
  training.add(command, "seed");
  add_split_options(command, training);
  training.add_without_default(command, "threads", "number of threads (all cores)");
  command.add_option("-o,--output", arguments.output, "the model file to write").is_written();
  add_tag_option(command, arguments.tag);
  add_split_file_option(command, arguments.split_file);
  command.add_flag("--json", arguments.json, "machine-readable result on stdout");
  command.add_flag("--quiet", arguments.quiet, "show no progress");
}

namespace {

// There is nothing to choose but the decoder.
void settle_kept_encoder(AllocateArguments& arguments) {
  const bool goal = arguments.payload || arguments.bits_max || !arguments.radio.empty() ||
                    arguments.max_loss || arguments.margin || !arguments.curve.empty() ||
                    !arguments.budgets.empty() || arguments.start_bits || arguments.device_flash;
  if (goal) {
    throw base::InputError("--encoder", "", "its messages have the length they have",
                           "leave budgets, --max-loss, --margin, --curve, --start-bits and "
                           "--device-flash out");
  }
  if (arguments.output.empty()) {
    throw base::InputError("-o", "", "no file is given for the model", "give -o MODEL.terse");
  }
  if (arguments.decoder == "best") {
    arguments.options.decoders = {train::Decoder::network, train::Decoder::boosted,
                                  train::Decoder::extra_trees, train::Decoder::stack};
  }
  if (arguments.decoder == "extra-trees") {
    arguments.options.decoders = {train::Decoder::extra_trees};
  }
  if (arguments.decoder == "stack") arguments.options.decoders = {train::Decoder::stack};
  keep_encoder_of(arguments.encoder, arguments.training_options, arguments.task, arguments.table,
                  arguments.training);
  if (arguments.tag != "none") refuse_with_encoder("--tag");
}

void settle_decoders(AllocateArguments& arguments) {
  if (arguments.decoder == "network") arguments.options.decoders = {train::Decoder::network};
  if (arguments.decoder == "boosted") arguments.options.decoders = {train::Decoder::boosted};
}

}  // namespace

void settle(AllocateArguments& arguments) {
  if (!arguments.encoder.empty()) {
    arguments.training = arguments.training_options.resolved();
    settle_decoders(arguments);
    return settle_kept_encoder(arguments);
  }
  const int goals = (arguments.payload ? 1 : 0) + (arguments.bits_max ? 1 : 0) +
                    (arguments.radio.empty() ? 0 : 1) + (arguments.max_loss ? 1 : 0);
  if (goals > 1 || (goals == 0 && arguments.curve.empty())) {
    throw base::InputError(
        "--payload", "", goals > 1 ? "more than one goal is given" : "no goal is given",
        "give one of --payload BYTES, --payload-bits BITS, --radio ID, --max-loss PCT, "
        "or --curve FOLDER");
  }
  if (arguments.output.empty() && arguments.curve.empty()) {
    throw base::InputError("-o", "", "no file is given for the model", "give -o MODEL.terse");
  }
  if (arguments.payload_bits() && *arguments.payload_bits() < 1.0) {
    throw base::InputError("--payload", "", "no byte is left for a message",
                           arguments.tag == "none" ? "give 1 or more" : "give 2 or more");
  }
  if (arguments.max_loss && arguments.margin) {
    throw base::InputError("--margin", "", "is --max-loss already", "give one of them");
  }
  require_percent("--max-loss", arguments.max_loss);
  require_percent("--margin", arguments.margin);
  if (std::ranges::any_of(arguments.budgets, [](double bits) { return !(bits >= 1.0); })) {
    throw base::InputError("--budgets", "", "a message has at least one bit",
                           "give numbers from 1");
  }
  arguments.training = arguments.training_options.resolved();
  require_tag(arguments.tag, arguments.training.method);
  arguments.options.shrink.policy = policy_of(arguments.policy);
  settle_decoders(arguments);
  if (arguments.decoder == "extra-trees" || arguments.decoder == "stack") {
    throw base::InputError("--decoder", "", arguments.decoder + " is for messages that are fixed",
                           "allocate with --decoder network or boosted, then train one with "
                           "terse train --encoder and --decoder " +
                               arguments.decoder);
  }
}

std::vector<double> budgets(const AllocateArguments& arguments, std::size_t features) {
  std::vector<double> result = arguments.budgets;
  if (result.empty() && (arguments.max_loss || !arguments.curve.empty())) {
    result = allocate::byte_budgets(static_cast<double>(features * arguments.training.bits));
  }
  if (const auto named = arguments.payload_bits()) {
    for (const double bits : allocate::budgets_within(*named)) result.push_back(bits);
  }
  std::ranges::sort(result, std::greater<>());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace terse::cli
